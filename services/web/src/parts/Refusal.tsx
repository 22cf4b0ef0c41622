import type { ApiError } from "../api/error";

/** Why something was refused: the words, the stable reason, the field and its limit. */
export function Refusal({ error }: { error: ApiError }) {
  return (
    <div className="refusal" role="alert">
      <strong>{error.message}</strong>
      <dl>
        <div><dt>Reason</dt><dd>{error.reason}</dd></div>
        {error.field && <div><dt>Field</dt><dd>{error.field}</dd></div>}
        {error.limit && <div><dt>Limit</dt><dd>{error.limit}</dd></div>}
      </dl>
    </div>
  );
}
