import { type FormEvent, useState } from "react";
import { changePassword } from "../api/calls";
import { Field, Segments } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { Refusal } from "../parts/Refusal";
import { useTask } from "../parts/use_task";
import { sessionStore } from "../state/session";
import { change, settingsStore } from "../state/settings";
import { useStore } from "../state/store";
import { Keys } from "./Keys";
import { Layouts } from "./Layouts";
import { Sessions } from "./Sessions";

export function SettingsView() {
  const settings = useStore(settingsStore);
  const user = useStore(sessionStore, (state) => state.user);
  return (
    <main className="view settings-view">
      <Panel title="Look">
        <dl className="facts choices">
          <div><dt>Theme</dt><dd><Segments label="Theme" value={settings.theme} options={[["dark", "Dark"], ["light", "Light"], ["system", "System"]]} onChange={(theme) => change({ theme })} /></dd></div>
          <div><dt>Up and down</dt><dd><Segments label="Colours" value={settings.palette} options={[["safe", "Blue / orange"], ["classic", "Green / red"]]} onChange={(palette) => change({ palette })} /></dd></div>
          <div><dt>Density</dt><dd><Segments label="Density" value={settings.density} options={[["compact", "Compact"], ["comfortable", "Comfortable"]]} onChange={(density) => change({ density })} /></dd></div>
          <div><dt>Before an order goes out</dt><dd><Segments label="Review" value={settings.review ? "on" : "off"} options={[["on", "Review"], ["off", "Send at once"]]} onChange={(word) => change({ review: word === "on" })} /></dd></div>
          <div><dt>Panels of all workspaces</dt><dd><button type="button" className="small" onClick={() => change({ layouts: {} })}>As they came</button></dd></div>
        </dl>
      </Panel>
      <Panel title="User">
        <dl className="facts">
          <div><dt>E-mail</dt><dd>{user?.email}</dd></div>
          <div><dt>Roles</dt><dd>{user?.roles.join(", ")}</dd></div>
          <div><dt>Account</dt><dd className="id">{user?.account_id}</dd></div>
        </dl>
        <Password />
      </Panel>
      <Layouts />
      <Keys />
      <Sessions />
    </main>
  );
}

function Password() {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [done, setDone] = useState(false);
  const { busy, error, run } = useTask();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setDone(await run(() => changePassword(old, next)));
  };
  return (
    <form className="padded" onSubmit={(event) => void submit(event)} aria-label="Change the password">
      <Field label="Old password" type="password" autoComplete="current-password" required value={old} onChange={(event) => setOld(event.target.value)} />
      <Field label="New password" type="password" autoComplete="new-password" required value={next} onChange={(event) => setNext(event.target.value)} hint="Ends your other sessions; API keys stay." />
      {error && <Refusal error={error} />}
      <button type="submit" disabled={busy}>Change the password</button>
      {done && <p role="status">The password was changed.</p>}
    </form>
  );
}
