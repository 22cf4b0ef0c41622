import { useEffect, useRef, useState } from "react";
import { Separator, type TabNode, type TabRenderProps, TabsetMaximizeButton, type TabsetNode, Workspace } from "react-resizable-panels";
import { bookStore, workingOrders } from "../state/book";
import { settingsStore } from "../state/settings";
import { useStore } from "../state/store";
import { activate, arrange, attach, close, keep, layoutOf } from "./dock";
import { PanelContent } from "./panels";
import type { Layout, Preset } from "./presets";

/** Panels that can be moved, joined as tabs, resized, made large and closed; where they are is kept with the user. */
export default function Dock({ preset }: { preset: Preset }) {
  const kept = useStore(settingsStore, (settings) => settings.layouts[preset]);
  const [first] = useState(() => layoutOf(preset));
  const place = useRef<HTMLElement>(null);
  const own = useRef<Layout | undefined>(kept);
  useEffect(() => {
    // What was read from the platform or reset replaces what is shown; what was done here is shown already.
    if (kept === own.current) return;
    own.current = kept;
    arrange(layoutOf(preset));
  }, [kept, preset]);
  useEffect(() => {
    const shown = place.current;
    shown?.addEventListener("focusin", noteUse);
    shown?.addEventListener("pointerdown", noteUse);
    return () => {
      shown?.removeEventListener("focusin", noteUse);
      shown?.removeEventListener("pointerdown", noteUse);
    };
  }, []);
  return (
    <main className="dock" ref={place}>
      <Workspace<null>
        id={`workspace-${preset}`} workspaceRef={attach} defaultModel={first} classNames={CLASSES}
        tabsetMinWidth="140px" tabsetMinHeight="48px" hiddenTabBehavior="unmount" lazyTabContent
        renderTab={renderTab} renderTabContent={renderContent} renderTabsetToolbar={renderToolbar} renderSeparator={renderSeparator}
        renderEmptyTabset={renderEmpty}
        onModelChanged={(layout, { reason }) => {
          if (reason === "set-model") return;
          own.current = layout;
          keep(preset, layout);
        }}
      />
    </main>
  );
}

const CLASSES = {
  tabset: "dock-group", header: "dock-head", tabList: "dock-tabs", tab: "dock-tab", toolbar: "dock-tools", tabPanels: "dock-body",
  tabContent: "dock-content", dropIndicator: "dock-drop", dragPreview: "dock-drag",
};

function noteUse(event: Event): void {
  const place = (event.target as Element).closest("[data-name]");
  if (place) activate(place.getAttribute("data-name") ?? "");
}

const renderTab = (tab: TabNode<null>, props: TabRenderProps) => (
  <div {...props} data-name={tab.id}>{tab.title}<Count name={tab.id} /></div>
);
const renderContent = (tab: TabNode<null>) => <div className="dock-panel" data-name={tab.id}><PanelContent name={tab.id} /></div>;
const renderSeparator = () => <Separator className="dock-line" />;
const renderEmpty = () => <p className="empty">No panel here. Press Ctrl+K and type “show”.</p>;

const renderToolbar = (group: TabsetNode<null>) => {
  const shown = group.tabs.find((tab) => tab.id === group.selectedId);
  return (
    <>
      <TabsetMaximizeButton className="bare">{({ isMaximized }) => (isMaximized ? "⤡" : "⤢")}</TabsetMaximizeButton>
      {shown && <button type="button" className="bare" aria-label={`Close ${shown.title}`} title={`Close ${shown.title}`} onClick={() => close(shown.id as Parameters<typeof close>[0])}>✕</button>}
    </>
  );
};

function Count({ name }: { name: string }) {
  const count = useStore(bookStore, (book) => (name === "open" ? workingOrders(book).length : name === "positions" ? book.positions.length : 0));
  return count ? <span className="count num"> {count}</span> : null;
}
