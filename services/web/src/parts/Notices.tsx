import { dismiss, noticeStore } from "../state/notices";
import { useStore } from "../state/store";

/** What just happened; read out by screen readers, gone by itself. */
export function Notices() {
  const notices = useStore(noticeStore);
  return (
    <div className="notices" role="status" aria-live="polite" aria-atomic="false">
      {notices.map((notice) => (
        <button type="button" key={notice.id} className={`notice ${notice.tone}`} onClick={() => dismiss(notice.id)}>
          <strong>{notice.title}</strong>
          {notice.text && <span>{notice.text}</span>}
        </button>
      ))}
    </div>
  );
}
