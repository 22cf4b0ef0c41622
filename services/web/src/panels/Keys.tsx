import { type FormEvent, useEffect, useState } from "react";
import { createKey, listKeys, revokeKey } from "../api/calls";
import type { ApiKey, NewApiKey } from "../api/types";
import { when } from "../money/time";
import { Field } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { Refusal } from "../parts/Refusal";
import { type Column, Table } from "../parts/Table";
import { useTask } from "../parts/use_task";

/** API keys for programs; a secret is shown once. */
export function Keys() {
  const [keys, setKeys] = useState<ApiKey[]>([]);
  const [made, setMade] = useState<NewApiKey>();
  const [name, setName] = useState("");
  const { busy, error, run } = useTask();
  useEffect(() => void listKeys().then(setKeys, () => undefined), []);

  const make = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      setMade(await createKey(name));
      setName("");
      setKeys(await listKeys());
    });
  };
  const revoke = (key: ApiKey) => run(async () => {
    await revokeKey(key.id);
    if (made?.id === key.id) setMade(undefined);
    setKeys(await listKeys());
  });
  const columns: Column<ApiKey>[] = [
    { name: "Name", cell: (key) => <strong>{key.name}</strong>, by: (key) => key.name },
    { name: "Key id", cell: (key) => <span className="id">{key.id}</span> },
    { name: "Scopes", cell: (key) => key.scopes.join(", "), wide: true },
    { name: "Made", cell: (key) => <span className="num soft">{when(key.created_at)}</span>, by: (key) => key.created_at, wide: true },
    { name: "Last used", cell: (key) => <span className="num soft">{key.last_used_at ? when(key.last_used_at) : "never"}</span>, by: (key) => key.last_used_at ?? "", wide: true },
    { name: "Ends", cell: (key) => <span className="num soft">{key.expires_at ? when(key.expires_at) : "never"}</span>, by: (key) => key.expires_at ?? "", wide: true },
    { name: "", cell: (key) => <button type="button" className="small" disabled={busy} aria-label={`Revoke ${key.name}`} onClick={() => void revoke(key)}>Revoke</button> },
  ];
  return (
    <Panel title="API keys">
      <form className="inline-form" onSubmit={make} aria-label="Make an API key">
        <Field label="Name of the new key" value={name} required maxLength={64} onChange={(event) => setName(event.target.value)} />
        <button type="submit" disabled={busy}>Make a key</button>
      </form>
      {error && <Refusal error={error} />}
      {made && (
        <div className="secret" role="status">
          <p>The secret of <strong>{made.name}</strong>; it is not shown again.</p>
          <code>APCA-API-KEY-ID: {made.id}</code>
          <code>APCA-API-SECRET-KEY: {made.secret}</code>
        </div>
      )}
      <Table label="API keys" columns={columns} rows={keys} rowKey={(key) => key.id} empty="No keys yet." />
    </Panel>
  );
}
