import { memo, useRef, useState } from "react";
import type { Asset } from "../api/types";
import { placesOf } from "../money/fixed";
import { direction, percent, price } from "../money/format";
import { Panel } from "../parts/Panel";
import { choose } from "../state/live";
import { assetOf, marketStore, useTick } from "../state/market";
import { settingsStore } from "../state/settings";
import { useStore } from "../state/store";
import { viewStore } from "../state/view";
import { unwatch, watch, watchlistStore } from "../state/watchlist";

const FOUND_MAX = 8;

export function Watchlist() {
  const symbols = useStore(watchlistStore, (list) => list.symbols);
  const chosen = useStore(settingsStore, (settings) => settings.symbol);
  return (
    <Panel title="Watchlist" className="watch">
      <Search />
      <div className="table-scroll">
        <table className="quotes">
          <thead>
            <tr><th scope="col">Symbol</th><th scope="col" className="num">Bid</th><th scope="col" className="num">Ask</th><th scope="col" className="num">Day</th></tr>
          </thead>
          <tbody>
            {symbols.map((symbol) => <Row key={symbol} symbol={symbol} chosen={symbol === chosen} />)}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

const Row = memo(function Row({ symbol, chosen }: { symbol: string; chosen: boolean }) {
  const tick = useTick(symbol);
  const asset = useStore(marketStore, assetOf(symbol));
  const places = asset ? placesOf(asset.price_increment) : 2;
  const way = direction(tick?.change);
  const take = () => {
    choose(symbol);
    viewStore.patch({ part: "chart" });
  };
  return (
    <tr className={chosen ? "chosen" : undefined} onClick={take} data-symbol={symbol}>
      <th scope="row">
        <button type="button" className="bare symbol" aria-pressed={chosen} onClick={take}>{symbol}</button>
        <span className="name">{asset?.name}</span>
      </th>
      <td key={`b${tick?.bid}`} className={`num flash-${tick?.moved ?? "flat"}`} data-test="bid">{price(tick?.bid, places)}</td>
      <td key={`a${tick?.ask}`} className={`num flash-${tick?.moved ?? "flat"}`} data-test="ask">{price(tick?.ask, places)}</td>
      <td className={`num ${way}`}>
        <span className="shape" aria-hidden="true">{way === "up" ? "▲" : way === "down" ? "▼" : "•"}</span>
        {percent(tick?.changeRatio)}
        <button
          type="button" className="bare remove" aria-label={`Remove ${symbol} from the watchlist`}
          onClick={(event) => {
            event.stopPropagation();
            unwatch(symbol);
          }}
        >✕</button>
      </td>
    </tr>
  );
});

/** Finds a symbol by its letters or its name; Enter takes the first. */
function Search() {
  const assets = useStore(marketStore, (market) => market.assets);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const found = text ? matching(assets, text) : [];
  const take = (asset: Asset | undefined) => {
    if (!asset) return;
    watch(asset.symbol);
    choose(asset.symbol);
    setText("");
    input.current?.blur();
  };
  return (
    <div className="search">
      <input
        ref={input} id="symbol-search" type="text" role="combobox" placeholder="Find a symbol" aria-label="Find a symbol"
        aria-expanded={found.length > 0} aria-controls="symbols-found" aria-autocomplete="list" autoComplete="off" spellCheck={false}
        aria-activedescendant={found[at] ? `found-${found[at].symbol}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") take(found[at]);
          else if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
          else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
          else if (event.key === "Escape") {
            setText("");
            input.current?.blur();
          } else return;
          event.preventDefault();
        }}
        onBlur={() => setText("")}
      />
      <kbd aria-hidden="true">/</kbd>
      {found.length > 0 && (
        <div className="found" id="symbols-found" role="listbox" aria-label="Symbols found">
          {found.map((asset, i) => (
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the input has the keys
            <div
              key={asset.symbol} id={`found-${asset.symbol}`} role="option" tabIndex={-1} aria-selected={i === at}
              onMouseDown={(event) => event.preventDefault()} onClick={() => take(asset)}
            >
              <strong>{asset.symbol}</strong> <span>{asset.name}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function matching(assets: readonly Asset[], text: string): Asset[] {
  const wanted = text.trim().toLowerCase();
  const begins = assets.filter((asset) => asset.symbol.toLowerCase().startsWith(wanted));
  const named = assets.filter((asset) => !begins.includes(asset) && asset.name.toLowerCase().includes(wanted));
  return [...begins, ...named].slice(0, FOUND_MAX);
}
