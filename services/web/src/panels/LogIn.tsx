import { type FormEvent, useEffect, useRef, useState } from "react";
import { messageOf } from "../api/error";
import { session } from "../api/session";
import type { SignUpMode } from "../api/types";
import { Field, Segments } from "../parts/Field";
import { Refusal } from "../parts/Refusal";
import { useTask } from "../parts/use_task";
import { codeOf } from "./link_code";

type Way = "in" | "up" | "reset";

const TITLES: Record<Way, string> = { in: "Log in", up: "Sign up", reset: "Set a new password" };
const BUTTONS: Record<Way, string> = { in: "Log in", up: "Open a paper account", reset: "Set the password" };

/** The way in. A link with a code behind its # opens sign-up with an invite, sets a new password, or verifies an address. */
export function LogIn({ why }: { why: string }) {
  const [link] = useState(() => codeOf(location.hash));
  const [way, setWay] = useState<Way>(link?.purpose === "reset" ? "reset" : link?.purpose === "invite" ? "up" : "in");
  const [mode, setMode] = useState<SignUpMode>("closed");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [note, setNote] = useState("");
  const verifying = useRef(false);
  const { busy, error, run } = useTask();

  useEffect(() => {
    // The code does not stay in the address bar or the history.
    if (link) history.replaceState(null, "", location.pathname + location.search);
    session.signUpMode().then(setMode, () => undefined);
  }, [link]);
  useEffect(() => {
    // A code is good once, and an effect may run twice.
    if (link?.purpose !== "verify" || verifying.current) return;
    verifying.current = true;
    session.verifyEmail(link.code).then(
      () => setNote("Your e-mail address is verified."),
      (failure: unknown) => setNote(messageOf(failure)),
    );
  }, [link]);

  const invite = link?.purpose === "invite" ? link.code : undefined;
  const mayGoUp = mode === "open" || invite !== undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      if (way === "in") return session.logIn(email, password);
      if (way === "up") return session.signUp(email, password, invite);
      await session.resetPassword(link?.code ?? "", password);
      setNote("Your new password is set.");
      setPassword("");
      setWay("in");
    });
  };
  const told = note || why;
  return (
    <main className="log-in">
      <form onSubmit={submit} aria-label={TITLES[way]}>
        <h1><img src="/mark.svg" alt="" width="28" height="28" /> CIFT Markets <span className="badge">PAPER</span></h1>
        {told && <p className="why" role="status">{told}</p>}
        {mayGoUp && way !== "reset" && (
          <Segments<"in" | "up"> label="Log in or sign up" value={way} options={[["in", "Log in"], ["up", "Sign up"]]} onChange={setWay} />
        )}
        {way !== "reset" && (
          <Field
            label="E-mail" type="email" name="email" autoComplete="username" required value={email}
            onChange={(event) => setEmail(event.target.value)}
            problem={error?.field === "email" ? error.message : undefined}
          />
        )}
        <Field
          label={way === "reset" ? "New password" : "Password"} type="password" name="password" required value={password}
          autoComplete={way === "in" ? "current-password" : "new-password"}
          onChange={(event) => setPassword(event.target.value)}
          problem={error?.field === "password" ? error.message : undefined}
          hint={way === "in" ? undefined : "10 to 128 characters, hard to guess"}
        />
        {error && error.field !== "email" && error.field !== "password" && <Refusal error={error} />}
        <button type="submit" className="primary" disabled={busy}>{busy ? "One moment…" : BUTTONS[way]}</button>
        {way === "up" && <p className="small">If the address has an account already, log in with its password.</p>}
        {!mayGoUp && way === "in" && <p className="small">No account? An administrator of this platform makes one.</p>}
        <p className="small">Simulated money and a simulated venue. Programs log in with API keys; see <a href="/docs">the API</a>.</p>
      </form>
    </main>
  );
}
