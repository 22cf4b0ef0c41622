import { type FormEvent, useState } from "react";
import { Choice, Field } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { type Column, Table } from "../parts/Table";
import { settingsStore } from "../state/settings";
import { useStore } from "../state/store";
import { forget, keepAs, NAME_MAX, NAMED_MAX, type NamedLayout, take } from "../workspace/named";
import { type Preset, PRESETS } from "../workspace/presets";

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

const COLUMNS: Column<NamedLayout>[] = [
  { name: "Name", cell: (kept) => <strong>{kept.name}</strong>, by: (kept) => kept.name },
  { name: "Workspace", cell: (kept) => capital(kept.preset), by: (kept) => kept.preset },
  {
    name: "", cell: (kept) => (
      <span className="row-actions">
        <button type="button" className="small" aria-label={`Use ${kept.name}`} onClick={() => take(kept)}>Use</button>
        <button type="button" className="small" aria-label={`Forget ${kept.name}`} onClick={() => forget(kept.name)}>Forget</button>
      </span>
    ),
  },
];

/** Workspaces under names of the user's own; each is also a command. */
export function Layouts() {
  const named = useStore(settingsStore, (settings) => settings.named);
  const [name, setName] = useState("");
  const [preset, setPreset] = useState<Preset>("trade");
  const full = named.length >= NAMED_MAX && !named.some((kept) => kept.name === name.trim());
  const keep = (event: FormEvent) => {
    event.preventDefault();
    if (full) return;
    keepAs(name.trim(), preset);
    setName("");
  };
  return (
    <Panel title="Layouts">
      <form className="inline-form" onSubmit={keep} aria-label="Keep a layout">
        <Choice label="Workspace as it is now" value={preset} options={PRESETS.map((each) => [each, capital(each)] as const)} onChange={setPreset} />
        <Field
          label="Name of the layout" value={name} required maxLength={NAME_MAX} pattern=".*\S.*" onChange={(event) => setName(event.target.value)}
          problem={full ? `At most ${NAMED_MAX} are kept` : undefined}
        />
        <button type="submit" disabled={full}>Keep the layout</button>
      </form>
      <Table label="Layouts" columns={COLUMNS} rows={named} rowKey={(kept) => kept.name} empty="No layout has a name yet." />
    </Panel>
  );
}
