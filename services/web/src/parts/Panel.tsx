import type { ReactNode } from "react";

export function Panel(props: { title: string; className?: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className={`panel ${props.className ?? ""}`} aria-label={props.title}>
      <header className="panel-head">
        <h2>{props.title}</h2>
        {props.actions}
      </header>
      {/* It may scroll, which the keyboard can do only if it takes the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="panel-body" tabIndex={0}>
        {props.children}
      </div>
    </section>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}
