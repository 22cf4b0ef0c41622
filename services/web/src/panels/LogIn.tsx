import { type FormEvent, useState } from "react";
import { session } from "../api/session";
import { Field, Segments } from "../parts/Field";
import { Refusal } from "../parts/Refusal";
import { useTask } from "../parts/use_task";

export function LogIn({ why }: { why: string }) {
  const [way, setWay] = useState<"in" | "up">("in");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { busy, error, run } = useTask();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(() => (way === "in" ? session.logIn(email, password) : session.signUp(email, password)));
  };
  return (
    <main className="log-in">
      <form onSubmit={submit} aria-label={way === "in" ? "Log in" : "Sign up"}>
        <h1><img src="/mark.svg" alt="" width="28" height="28" /> CIFT Markets <span className="badge">PAPER</span></h1>
        {why && <p className="why" role="status">{why}</p>}
        <Segments label="Log in or sign up" value={way} options={[["in", "Log in"], ["up", "Sign up"]]} onChange={setWay} />
        <Field
          label="E-mail" type="email" name="email" autoComplete="username" required value={email}
          onChange={(event) => setEmail(event.target.value)}
          problem={error?.field === "email" ? error.message : undefined}
        />
        <Field
          label="Password" type="password" name="password" required value={password}
          autoComplete={way === "in" ? "current-password" : "new-password"}
          onChange={(event) => setPassword(event.target.value)}
          problem={error?.field === "password" ? error.message : undefined}
          hint={way === "up" ? "10 to 128 characters" : undefined}
        />
        {error && error.field !== "email" && error.field !== "password" && <Refusal error={error} />}
        <button type="submit" className="primary" disabled={busy}>
          {busy ? "One moment…" : way === "in" ? "Log in" : "Open a paper account"}
        </button>
        <p className="small">Simulated money and a simulated venue. Programs log in with API keys; see <a href="/docs">the API</a>.</p>
      </form>
    </main>
  );
}
