// Generated from the gateway's OpenAPI document by `npm run api`; not to be edited.

export interface paths {
    "/v2/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Orders
         * @description By default the open ones, newest first. `symbols` with commas; `nested`: legs inside the order they depend on.
         */
        get: operations["list_orders_v2_orders_get"];
        put?: never;
        /**
         * Submit Order
         * @description Checks, saves and sends an order. The same `client_order_id` and body again: the same order.
         *
         *     A 504 or 503 with reason `ORDER_FATE_UNKNOWN` is no rejection: look the order up by `client_order_id`.
         */
        post: operations["submit_order_v2_orders_post"];
        /**
         * Cancel All Orders
         * @description Asks to cancel every open order; an order is canceled when its status says so.
         */
        delete: operations["cancel_all_orders_v2_orders_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/orders:by_client_order_id": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Order By Client Order Id
         * @description The order that carries this id of yours.
         */
        get: operations["get_order_by_client_order_id_v2_orders_by_client_order_id_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Order
         * @description One order; `nested`: with the orders that depend on it.
         */
        get: operations["get_order_v2_orders__order_id__get"];
        put?: never;
        post?: never;
        /**
         * Cancel Order
         * @description Asks to cancel an order; 422 where it is over already.
         */
        delete: operations["cancel_order_v2_orders__order_id__delete"];
        options?: never;
        head?: never;
        /**
         * Replace Order
         * @description Asks to replace an order; the answer is the order that takes its place.
         */
        patch: operations["replace_order_v2_orders__order_id__patch"];
        trace?: never;
    };
    "/v2/positions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Positions
         * @description All open positions.
         */
        get: operations["list_positions_v2_positions_get"];
        put?: never;
        post?: never;
        /**
         * Close All Positions
         * @description Closes every position; with `cancel_orders` the open orders are canceled first.
         */
        delete: operations["close_all_positions_v2_positions_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/positions/{symbol_or_asset_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Position
         * @description One open position; 404 where there is none.
         */
        get: operations["get_position_v2_positions__symbol_or_asset_id__get"];
        put?: never;
        post?: never;
        /**
         * Close Position
         * @description Sends the market order that closes a position, or `qty` or `percentage` of it (rounded down to a lot).
         */
        delete: operations["close_position_v2_positions__symbol_or_asset_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Account
         * @description Cash, buying power, equity.
         */
        get: operations["get_account_v2_account_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/account/configurations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Configuration
         * @description What the owner of the account has set.
         */
        get: operations["get_configuration_v2_account_configurations_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Set Configuration
         * @description `suspend_trade`, `no_shorting` and our `self_trade_prevention` (none, cancel_newest, cancel_oldest, cancel_both,
         *     decrement: what becomes of two orders of the account that would trade with each other) can be changed; the others
         *     can only be sent as they are.
         */
        patch: operations["set_configuration_v2_account_configurations_patch"];
        trace?: never;
    };
    "/v2/account/activities/{activity_type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Activities
         * @description Fills; other kinds do not occur on paper accounts. `page_token` is the id of the last one that you have.
         */
        get: operations["list_activities_v2_account_activities__activity_type__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/account/activities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Activities
         * @description Fills; other kinds do not occur on paper accounts. `page_token` is the id of the last one that you have.
         */
        get: operations["list_activities_v2_account_activities_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/account/portfolio/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Portfolio History
         * @description Equity over time. By default the last month; finer points for shorter periods.
         */
        get: operations["get_portfolio_history_v2_account_portfolio_history_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/bars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Bars
         * @description `limit` counts over all symbols; go on with `next_page_token`.
         */
        get: operations["list_bars_v2_stocks_bars_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/quotes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Quotes */
        get: operations["list_quotes_v2_stocks_quotes_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/trades": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Trades */
        get: operations["list_trades_v2_stocks_trades_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/depths": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Depths
         * @description Books of ten levels, from feeds that have them.
         */
        get: operations["list_depths_v2_stocks_depths_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/statuses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Statuses
         * @description Halts, pauses and what ended them, from feeds that say so.
         */
        get: operations["list_statuses_v2_stocks_statuses_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/depths/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Latest Depths */
        get: operations["latest_depths_v2_stocks_depths_latest_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/statuses/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Latest Statuses */
        get: operations["latest_statuses_v2_stocks_statuses_latest_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/bars/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Latest Bars */
        get: operations["latest_bars_v2_stocks_bars_latest_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/quotes/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Latest Quotes */
        get: operations["latest_quotes_v2_stocks_quotes_latest_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/trades/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Latest Trades */
        get: operations["latest_trades_v2_stocks_trades_latest_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Snapshots
         * @description Latest trade, quote and bars of each symbol.
         */
        get: operations["list_snapshots_v2_stocks_snapshots_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/{symbol}/bars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Bars Of One */
        get: operations["list_bars_of_one_v2_stocks__symbol__bars_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/{symbol}/quotes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Quotes Of One */
        get: operations["list_quotes_of_one_v2_stocks__symbol__quotes_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/{symbol}/trades": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Trades Of One */
        get: operations["list_trades_of_one_v2_stocks__symbol__trades_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/{symbol}/bars/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Latest Bar */
        get: operations["latest_bar_v2_stocks__symbol__bars_latest_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/{symbol}/quotes/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Latest Quote */
        get: operations["latest_quote_v2_stocks__symbol__quotes_latest_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/{symbol}/trades/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Latest Trade */
        get: operations["latest_trade_v2_stocks__symbol__trades_latest_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/{symbol}/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Snapshot */
        get: operations["get_snapshot_v2_stocks__symbol__snapshot_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/stocks/{symbol}/book": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Book
         * @description What rests at the venue by price, the outside market's quote and all users' orders; 503 without a venue.
         *
         *     The channel `orderbooks` of the WebSocket `/v2/iex` tells the same as it changes.
         */
        get: operations["get_book_v2_stocks__symbol__book_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Assets
         * @description Every symbol of the platform.
         */
        get: operations["list_assets_v2_assets_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/assets/{symbol_or_asset_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Asset
         * @description By symbol or by id.
         */
        get: operations["get_asset_v2_assets__symbol_or_asset_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/platform": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Platform
         * @description Whose money is traded here: `paper` unless the broker is a live one.
         */
        get: operations["get_platform_v2_platform_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/clock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Clock
         * @description Is the market open, and when does that change?
         */
        get: operations["get_clock_v2_clock_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Calendar
         * @description Trading days from `start` to `end`, both included; by default the last year and the next 90 days.
         */
        get: operations["get_calendar_v2_calendar_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/watchlists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Watchlists */
        get: operations["list_watchlists_v2_watchlists_get"];
        put?: never;
        /** Create Watchlist */
        post: operations["create_watchlist_v2_watchlists_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/watchlists/{watchlist_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Watchlist */
        get: operations["get_watchlist_v2_watchlists__watchlist_id__get"];
        /**
         * Update Watchlist
         * @description What is not given stays.
         */
        put: operations["update_watchlist_v2_watchlists__watchlist_id__put"];
        /** Add Symbol */
        post: operations["add_symbol_v2_watchlists__watchlist_id__post"];
        /** Delete Watchlist */
        delete: operations["delete_watchlist_v2_watchlists__watchlist_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/watchlists/{watchlist_id}/{symbol}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove Symbol */
        delete: operations["remove_symbol_v2_watchlists__watchlist_id___symbol__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/risk/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Policy
         * @description Limits, restrictions and halts: all for the risk role, else what applies to the caller.
         */
        get: operations["get_policy_v2_risk_policy_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/risk/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Set Limits
         * @description Changes the limits that are given, of the defaults, an account, a symbol or both; needs the role risk.
         */
        patch: operations["set_limits_v2_risk_limits_patch"];
        trace?: never;
    };
    "/v2/risk/restrictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set Restriction
         * @description Forbids a symbol, to everyone or to one account, or lifts that; needs the role risk.
         */
        put: operations["set_restriction_v2_risk_restrictions_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/risk/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview
         * @description What `POST /v2/orders` with this body would be told, and how far each limit would be used. Nothing is sent.
         */
        post: operations["preview_v2_risk_preview_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/risk/halts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Halts
         * @description Halts in force that the caller is touched by; all of them for the risk role.
         */
        get: operations["list_halts_v2_risk_halts_get"];
        put?: never;
        /**
         * Halt
         * @description The kill switch of the platform, an account or a symbol; needs the role risk.
         */
        post: operations["halt_v2_risk_halts_post"];
        /**
         * Lift Halt
         * @description Trading goes on; 404 where there is no such halt. Needs the role risk.
         */
        delete: operations["lift_halt_v2_risk_halts_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/risk/exposure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Exposure
         * @description Of the caller's account; for the risk role of any account, or of all together.
         */
        get: operations["get_exposure_v2_risk_exposure_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/risk/breaches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Breaches
         * @description Orders that the risk engine refused, newest first.
         */
        get: operations["list_breaches_v2_risk_breaches_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/analytics/performance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Performance
         * @description Profit, win rate and holding times of round trips, e.g. `group_by=strategy,month` or `weekday,hour`.
         */
        get: operations["get_performance_v2_analytics_performance_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/analytics/round_trips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Round Trips
         * @description Single round trips: e.g. those of a year with a profit above an amount, the best first.
         */
        get: operations["list_round_trips_v2_analytics_round_trips_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/analytics/costs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Costs
         * @description Turnover, fees and slippage of fills, e.g. `group_by=strategy,order_type`.
         */
        get: operations["get_costs_v2_analytics_costs_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/analytics/risk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Risk
         * @description Drawdown, Sharpe and Sortino of daily profit.
         */
        get: operations["get_risk_v2_analytics_risk_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/analytics/positions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Closing Positions
         * @description What was held when the market closed, by day.
         */
        get: operations["list_closing_positions_v2_analytics_positions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/analytics/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Signals
         * @description What forecasts said of the symbols, the latest first.
         */
        get: operations["list_signals_v2_analytics_signals_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/analytics/export/{table}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export
         * @description `round_trips`, `fills`, `orders`, `closing_positions` or `signals` of the range as a CSV or Parquet file.
         */
        get: operations["export_v2_analytics_export__table__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Predictions
         * @description The latest forecast of each symbol.
         */
        get: operations["list_predictions_v2_predictions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/predictions/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Models
         * @description Which versions are served, and how they do.
         */
        get: operations["list_models_v2_predictions_models_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/predictions/{symbol}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Prediction
         * @description The latest forecast of a symbol.
         */
        get: operations["get_prediction_v2_predictions__symbol__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/operations/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Alerts
         * @description What fires now, pages first; needs the role operations. 404 where the platform runs without Alertmanager.
         */
        get: operations["list_alerts_v2_operations_alerts_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log In
         * @description An access token for some minutes, and a refresh token that is good once.
         */
        post: operations["log_in_auth_login_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh
         * @description New tokens for a refresh token. One that comes a second time ends its session.
         */
        post: operations["refresh_auth_refresh_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log Out
         * @description Ends the session of a refresh token, and with it its access tokens.
         */
        post: operations["log_out_auth_logout_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Me
         * @description Who is asking. `roles` are those of the key, where a key asks.
         */
        get: operations["get_me_auth_me_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change Password
         * @description Ends the other sessions of the user; API keys stay.
         */
        put: operations["change_password_auth_me_password_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Settings
         * @description The user's own JSON document.
         */
        get: operations["get_settings_auth_me_settings_get"];
        /**
         * Set Settings
         * @description Replaces the document; at most 64 KiB.
         */
        put: operations["set_settings_auth_me_settings_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Sessions
         * @description The caller's log-ins that are not over.
         */
        get: operations["list_sessions_auth_me_sessions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End Session
         * @description Ends a log-in at once, with its access tokens and open streams.
         */
        delete: operations["end_session_auth_me_sessions__session_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Keys
         * @description The caller's API keys that are not over, without their secrets.
         */
        get: operations["list_keys_auth_keys_get"];
        put?: never;
        /**
         * Create Key
         * @description Makes an API key; the secret is in this answer and nowhere else.
         *
         *     By default it trades and reads. A key that makes keys needs the scope `keys:manage`, and they end with it.
         */
        post: operations["create_key_auth_keys_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke Key
         * @description Ends a key, and the keys that it made, at once; also their open streams.
         */
        delete: operations["revoke_key_auth_keys__key_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/signup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Sign Up
         * @description Who may sign up: nobody (closed), people with an invite, or everybody (open).
         */
        get: operations["get_sign_up_auth_signup_get"];
        put?: never;
        /**
         * Sign Up
         * @description Makes a user with a paper account of their own, who logs in next. The answer is the same if the address has an
         *     account already.
         */
        post: operations["sign_up_auth_signup_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/email/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify Email
         * @description Shows with a code that an address is its user's: nobody else can take it any more.
         */
        post: operations["verify_email_auth_email_verify_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset Password
         * @description Sets a new password with a code, and ends all sessions of its user; API keys stay.
         */
        post: operations["reset_password_auth_password_reset_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/invites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Invite
         * @description Makes an invite for one address, good once, for a week; for admins. An earlier one for it ends.
         */
        post: operations["create_invite_auth_invites_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{user_id}/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Verification
         * @description Makes a code to send to a user's address, good once, for a day; for admins.
         */
        post: operations["create_verification_auth_users__user_id__verification_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{user_id}/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Password Reset
         * @description Makes a code that sets a user's password, good once, for an hour; for admins.
         */
        post: operations["create_password_reset_auth_users__user_id__password_reset_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Users
         * @description The first thousand users; for admins.
         */
        get: operations["list_users_auth_users_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{user_id}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set Roles
         * @description Takes effect at once, also for keys and open streams; for admins. The last admin stays one.
         */
        put: operations["set_roles_auth_users__user_id__roles_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{user_id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disable User
         * @description Ends a user's sessions, keys and streams at once, and lets them in no more; for admins.
         *
         *     `cancel_orders` also requests a cancel for their open orders. If trading does not answer, the user is disabled all
         *     the same: repeat the request.
         */
        post: operations["disable_user_auth_users__user_id__disable_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{user_id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable User
         * @description Lets a disabled user log in again; their sessions and keys stay ended. For admins.
         */
        post: operations["enable_user_auth_users__user_id__enable_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{user_id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Sessions Of User
         * @description The log-ins of a user that are not over; for admins.
         */
        get: operations["list_sessions_of_user_auth_users__user_id__sessions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{user_id}/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End Session Of User
         * @description Ends a log-in of a user at once; for admins.
         */
        delete: operations["end_session_of_user_auth_users__user_id__sessions__session_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{user_id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Keys Of User
         * @description The API keys of a user that are not over; for admins.
         */
        get: operations["list_keys_of_user_auth_users__user_id__keys_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/users/{user_id}/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke Key Of User
         * @description Ends an API key of a user, and the keys that it made, at once; for admins.
         */
        delete: operations["revoke_key_of_user_auth_users__user_id__keys__key_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/security_events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Security Events
         * @description Log-ins, failures, keys, roles, halts, newest first; for admins. `before`: the `id` of the last one of a page.
         */
        get: operations["list_security_events_auth_security_events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Account */
        Account: {
            /** Id */
            id: string;
            /** Account Number */
            account_number: string;
            /** Status */
            status: string;
            /** Crypto Status */
            crypto_status: string;
            /** Currency */
            currency: string;
            /** Cash */
            cash: string;
            /** Buying Power */
            buying_power: string;
            /** Regt Buying Power */
            regt_buying_power: string;
            /** Non Marginable Buying Power */
            non_marginable_buying_power: string;
            /** Options Buying Power */
            options_buying_power: string;
            /** Accrued Fees */
            accrued_fees: string;
            /** Pending Transfer In */
            pending_transfer_in: string;
            /** Pending Transfer Out */
            pending_transfer_out: string;
            /** Portfolio Value */
            portfolio_value: string;
            /** Equity */
            equity: string;
            /** Last Equity */
            last_equity: string;
            /** Long Market Value */
            long_market_value: string;
            /** Short Market Value */
            short_market_value: string;
            /** Initial Margin */
            initial_margin: string;
            /** Maintenance Margin */
            maintenance_margin: string;
            /** Last Maintenance Margin */
            last_maintenance_margin: string;
            /** Sma */
            sma: string;
            /** Trading Blocked */
            trading_blocked: boolean;
            /** Transfers Blocked */
            transfers_blocked: boolean;
            /** Account Blocked */
            account_blocked: boolean;
            /** Blocked Reason */
            blocked_reason: string | null;
            /** Trade Suspended By User */
            trade_suspended_by_user: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Multiplier */
            multiplier: string;
            /** Shorting Enabled */
            shorting_enabled: boolean;
            /** Reserved */
            reserved: string;
            /** Sequence */
            sequence: number;
        };
        /** AccountConfiguration */
        AccountConfiguration: {
            /** Suspend Trade */
            suspend_trade: boolean;
            /** No Shorting */
            no_shorting: boolean;
            /**
             * Self Trade Prevention
             * @enum {string}
             */
            self_trade_prevention: "none" | "cancel_newest" | "cancel_oldest" | "cancel_both" | "decrement";
            /** Fractional Trading */
            fractional_trading: boolean;
            /** Max Margin Multiplier */
            max_margin_multiplier: string;
            /**
             * Trade Confirm Email
             * @constant
             */
            trade_confirm_email: "none";
            /** Ptp No Exception Entry */
            ptp_no_exception_entry: boolean;
            /** Max Options Trading Level */
            max_options_trading_level: number;
            /**
             * Dtbp Check
             * @constant
             */
            dtbp_check: "both";
            /**
             * Pdt Check
             * @constant
             */
            pdt_check: "both";
        };
        /** Activity */
        Activity: {
            /** Id */
            id: string;
            /** Account Id */
            account_id: string;
            /**
             * Activity Type
             * @constant
             */
            activity_type: "FILL";
            /**
             * Transaction Time
             * Format: date-time
             */
            transaction_time: string;
            /**
             * Type
             * @enum {string}
             */
            type: "fill" | "partial_fill";
            /** Price */
            price: string;
            /** Qty */
            qty: string;
            /**
             * Side
             * @enum {string}
             */
            side: "buy" | "sell";
            /** Symbol */
            symbol: string;
            /** Leaves Qty */
            leaves_qty: string;
            /** Order Id */
            order_id: string;
            /** Cum Qty */
            cum_qty: string;
            /** Order Status */
            order_status: string;
            /** Commission */
            commission: string;
            /** Sequence */
            sequence: number;
        };
        /** AddSymbol */
        AddSymbol: {
            /** Symbol */
            symbol: string;
        };
        /**
         * Alert
         * @description An alert that is firing; `labels` say of what.
         */
        Alert: {
            /** Name */
            name: string;
            /** Severity */
            severity: string;
            /** Summary */
            summary: string;
            /** Description */
            description: string;
            /** Runbook Url */
            runbook_url: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /** Silenced */
            silenced: boolean;
            /** Labels */
            labels: {
                [key: string]: string;
            };
        };
        /**
         * ApiKey
         * @description `parent_id` is the key that made it, and with which it ends.
         */
        ApiKey: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Roles */
            roles: components["schemas"]["Role"][];
            /** Scopes */
            scopes: components["schemas"]["Scope"][];
            /** Parent Id */
            parent_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Expires At */
            expires_at: string | null;
            /** Last Used At */
            last_used_at: string | null;
            /** Last Used Address */
            last_used_address: string;
        };
        /** Asset */
        Asset: {
            /** Id */
            id: string;
            /**
             * Class
             * @constant
             */
            class: "us_equity";
            /** Exchange */
            exchange: string;
            /** Symbol */
            symbol: string;
            /** Name */
            name: string;
            /**
             * Status
             * @constant
             */
            status: "active";
            /** Tradable */
            tradable: boolean;
            /** Marginable */
            marginable: boolean;
            /** Shortable */
            shortable: boolean;
            /** Easy To Borrow */
            easy_to_borrow: boolean;
            /** Fractionable */
            fractionable: boolean;
            /** Min Order Size */
            min_order_size: string;
            /** Min Trade Increment */
            min_trade_increment: string;
            /** Price Increment */
            price_increment: string;
            /** Attributes */
            attributes: string[];
        };
        /** Bar */
        Bar: {
            /**
             * T
             * Format: date-time
             */
            t: string;
            /** O */
            o: number;
            /** H */
            h: number;
            /** L */
            l: number;
            /** C */
            c: number;
            /** V */
            v: number;
            /** N */
            n: number;
            /** Vw */
            vw: number;
        };
        /** Bars */
        Bars: {
            /** Bars */
            bars: {
                [key: string]: components["schemas"]["Bar"][];
            };
            /** Next Page Token */
            next_page_token: string | null;
        };
        /**
         * Book
         * @description Bids and asks, best first.
         */
        Book: {
            /**
             * T
             * Format: date-time
             */
            t: string;
            /** B */
            b: components["schemas"]["BookLevel"][];
            /** A */
            a: components["schemas"]["BookLevel"][];
            /** Sequence */
            sequence: number;
        };
        /**
         * BookLevel
         * @description Price, size of all orders at it, and how many they are.
         */
        BookLevel: {
            /** P */
            p: number;
            /** S */
            s: number;
            /** N */
            n: number;
        };
        /** Breach */
        Breach: {
            /** Account Id */
            account_id: string;
            /** Symbol */
            symbol: string;
            /** Reason */
            reason: string;
            /** Message */
            message: string;
            /**
             * Occurred At
             * Format: date-time
             */
            occurred_at: string;
        };
        /**
         * CalendarDay
         * @description Times are the exchange's wall clock.
         */
        CalendarDay: {
            /** Date */
            date: string;
            /** Open */
            open: string;
            /** Close */
            close: string;
            /** Session Open */
            session_open: string;
            /** Session Close */
            session_close: string;
        };
        /**
         * CanceledOrder
         * @description `status` is the HTTP status that canceling this one alone would have had.
         */
        CanceledOrder: {
            /** Id */
            id: string;
            /** Status */
            status: number;
            /** Body */
            body: {
                [key: string]: unknown;
            } | null;
        };
        /** ChangePassword */
        ChangePassword: {
            /** Old Password */
            old_password: string;
            /** New Password */
            new_password: string;
        };
        /** Clock */
        Clock: {
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp: string;
            /** Is Open */
            is_open: boolean;
            /**
             * Next Open
             * Format: date-time
             */
            next_open: string;
            /**
             * Next Close
             * Format: date-time
             */
            next_close: string;
            /** Calendar */
            calendar: string;
        };
        /**
         * ClosedPosition
         * @description `body` is the closing order, or an error.
         */
        ClosedPosition: {
            /** Symbol */
            symbol: string;
            /** Status */
            status: number;
            /** Order Id */
            order_id: string | null;
            /** Body */
            body: {
                [key: string]: unknown;
            };
        };
        /** ClosingPosition */
        ClosingPosition: {
            /**
             * Day
             * Format: date
             */
            day: string;
            /** Strategy */
            strategy: string;
            /** Symbol */
            symbol: string;
            /** Qty */
            qty: string;
            /** Price */
            price: string | null;
            /** Market Value */
            market_value: string | null;
        };
        /** ClosingPositionsAnswer */
        ClosingPositionsAnswer: {
            /** Positions */
            positions: components["schemas"]["ClosingPosition"][];
            /** Truncated */
            truncated: boolean;
        };
        /**
         * Code
         * @description The code is shown here and never again; only its hash is kept. The link opens the terminal with it.
         */
        Code: {
            purpose: components["schemas"]["Purpose"];
            /** Email */
            email: string;
            /** Code */
            code: string;
            /** Link */
            link: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /**
         * Costs
         * @description `slippage` is what fills cost more than the touch at the decision; `fills_with_touch` of them are known.
         */
        Costs: {
            /** Strategy */
            strategy?: string | null;
            /** Symbol */
            symbol?: string | null;
            /** Year */
            year?: string | null;
            /** Month */
            month?: string | null;
            /** Day */
            day?: string | null;
            /** Hour */
            hour?: string | null;
            /** Weekday */
            weekday?: string | null;
            /** Order Type */
            order_type?: string | null;
            /** Fills */
            fills: number;
            /** Quantity */
            quantity: string;
            /** Turnover */
            turnover: string;
            /** Fees */
            fees: string;
            /** Slippage */
            slippage: string;
            /** Slippage Bp */
            slippage_bp: number;
            /** Fills With Touch */
            fills_with_touch: number;
        };
        /** CostsAnswer */
        CostsAnswer: {
            /** Rows */
            rows: components["schemas"]["Costs"][];
            /** Truncated */
            truncated: boolean;
        };
        /** CreateInvite */
        CreateInvite: {
            /** Email */
            email: string;
            /** Roles */
            roles?: components["schemas"]["Role"][];
        };
        /** CreateKey */
        CreateKey: {
            /** Name */
            name: string;
            /** Scopes */
            scopes?: components["schemas"]["Scope"][] | null;
            /** Roles */
            roles?: components["schemas"]["Role"][] | null;
            /** Expires At */
            expires_at?: string | null;
        };
        /** CreateWatchlist */
        CreateWatchlist: {
            /** Name */
            name: string;
            /**
             * Symbols
             * @default []
             */
            symbols: string[];
        };
        /** Credentials */
        Credentials: {
            /** Email */
            email: string;
            /** Password */
            password: string;
            /**
             * Cookie
             * @default false
             */
            cookie: boolean;
        };
        /**
         * Depth
         * @description What the feed says of up to ten levels a side, the best first.
         */
        Depth: {
            /**
             * T
             * Format: date-time
             */
            t: string;
            /** X */
            x: string;
            /** B */
            b: components["schemas"]["DepthLevel"][];
            /** A */
            a: components["schemas"]["DepthLevel"][];
        };
        /** DepthLevel */
        DepthLevel: {
            /** P */
            p: number;
            /** S */
            s: number;
        };
        /** Depths */
        Depths: {
            /** Depths */
            depths: {
                [key: string]: components["schemas"]["Depth"][];
            };
            /** Next Page Token */
            next_page_token: string | null;
        };
        /** DisableUser */
        DisableUser: {
            /**
             * Cancel Orders
             * @default false
             */
            cancel_orders: boolean;
            /**
             * Reason
             * @default
             */
            reason: string;
        };
        /**
         * DisabledUser
         * @description `orders_canceled` is for how many orders a cancel was requested; null if none was wanted.
         */
        DisabledUser: {
            /** Id */
            id: string;
            /** Email */
            email: string;
            /** Roles */
            roles: components["schemas"]["Role"][];
            /** Account Id */
            account_id: string;
            /** Email Verified */
            email_verified: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Disabled At */
            disabled_at: string | null;
            /** Orders Canceled */
            orders_canceled: number | null;
        };
        /** Exposure */
        Exposure: {
            /** Lines */
            lines: components["schemas"]["ExposureLine"][];
            /** Gross */
            gross: string;
            /** Net */
            net: string;
        };
        /** ExposureLine */
        ExposureLine: {
            /** Symbol */
            symbol: string;
            /** Long Notional */
            long_notional: string;
            /** Short Notional */
            short_notional: string;
        };
        /**
         * Forecast
         * @description How likely the middle of the touch is higher after the horizon, where it moves at all.
         */
        Forecast: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Probability Up */
            probability_up: number;
            /** Horizon Seconds */
            horizon_seconds: number;
            /** Middle Price */
            middle_price: string;
            /** Model */
            model: string;
            /** Version */
            version: string;
            /** Kind */
            kind: string;
            /**
             * Said At
             * Format: date-time
             */
            said_at: string;
        };
        /** Halt */
        Halt: {
            /**
             * Scope
             * @enum {string}
             */
            scope: "platform" | "account" | "symbol";
            /** Key */
            key: string;
            /** Reason */
            reason: string;
            /** Actor */
            actor: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
        };
        /** LatestBar */
        LatestBar: {
            /** Symbol */
            symbol: string;
            bar: components["schemas"]["Bar"];
        };
        /** LatestBars */
        LatestBars: {
            /** Bars */
            bars: {
                [key: string]: components["schemas"]["Bar"];
            };
        };
        /** LatestDepths */
        LatestDepths: {
            /** Depths */
            depths: {
                [key: string]: components["schemas"]["Depth"];
            };
        };
        /** LatestQuote */
        LatestQuote: {
            /** Symbol */
            symbol: string;
            quote: components["schemas"]["Quote"];
        };
        /** LatestQuotes */
        LatestQuotes: {
            /** Quotes */
            quotes: {
                [key: string]: components["schemas"]["Quote"];
            };
        };
        /** LatestStatuses */
        LatestStatuses: {
            /** Statuses */
            statuses: {
                [key: string]: components["schemas"]["TradingStatus"];
            };
        };
        /** LatestTrade */
        LatestTrade: {
            /** Symbol */
            symbol: string;
            trade: components["schemas"]["Trade"];
        };
        /** LatestTrades */
        LatestTrades: {
            /** Trades */
            trades: {
                [key: string]: components["schemas"]["Trade"];
            };
        };
        /** Limits */
        Limits: {
            /** Max Order Quantity */
            max_order_quantity: string | null;
            /** Max Order Notional */
            max_order_notional: string | null;
            /** Price Collar Percent */
            price_collar_percent: string | null;
            /** Market Protection Percent */
            market_protection_percent: string | null;
            /** Max Position Quantity */
            max_position_quantity: string | null;
            /** Max Position Notional */
            max_position_notional: string | null;
            /** Max Gross Exposure */
            max_gross_exposure: string | null;
            /** Max Net Exposure */
            max_net_exposure: string | null;
            /** Max Open Orders */
            max_open_orders: number | null;
            /** Max Order Rate Per Second */
            max_order_rate_per_second: number | null;
            /** Order Rate Burst */
            order_rate_burst: number | null;
            /** Max Daily Loss */
            max_daily_loss: string | null;
            /** Duplicate Window Ms */
            duplicate_window_ms: number | null;
            /** Max Price Age Ms */
            max_price_age_ms: number | null;
        };
        /**
         * Me
         * @description `scopes` is what the credential that asks may do.
         */
        Me: {
            /** Id */
            id: string;
            /** Email */
            email: string;
            /** Roles */
            roles: components["schemas"]["Role"][];
            /** Account Id */
            account_id: string;
            /** Email Verified */
            email_verified: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Disabled At */
            disabled_at: string | null;
            /** Scopes */
            scopes: components["schemas"]["Scope"][];
        };
        /** ModelsAnswer */
        ModelsAnswer: {
            /** Models */
            models: components["schemas"]["ServedModel"][];
            registry: components["schemas"]["RegistryState"];
        };
        /**
         * NewApiKey
         * @description The secret is shown here and never again.
         */
        NewApiKey: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Roles */
            roles: components["schemas"]["Role"][];
            /** Scopes */
            scopes: components["schemas"]["Scope"][];
            /** Parent Id */
            parent_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Expires At */
            expires_at: string | null;
            /** Last Used At */
            last_used_at: string | null;
            /** Last Used Address */
            last_used_address: string;
            /** Secret */
            secret: string;
        };
        /** Order */
        Order: {
            /** Id */
            id: string;
            /** Client Order Id */
            client_order_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /**
             * Submitted At
             * Format: date-time
             */
            submitted_at: string;
            /** Filled At */
            filled_at: string | null;
            /** Expired At */
            expired_at: string | null;
            /** Expires At */
            expires_at: string | null;
            /** Canceled At */
            canceled_at: string | null;
            /** Failed At */
            failed_at: string | null;
            /** Replaced At */
            replaced_at: string | null;
            /** Replaced By */
            replaced_by: string | null;
            /** Replaces */
            replaces: string | null;
            /** Asset Id */
            asset_id: string;
            /** Symbol */
            symbol: string;
            /**
             * Asset Class
             * @constant
             */
            asset_class: "us_equity";
            /** Notional */
            notional: null;
            /** Qty */
            qty: string;
            /** Filled Qty */
            filled_qty: string;
            /** Filled Avg Price */
            filled_avg_price: string | null;
            /**
             * Order Class
             * @enum {string}
             */
            order_class: "simple" | "bracket" | "oco" | "oto";
            /** Order Type */
            order_type: string;
            /** Type */
            type: string;
            /**
             * Side
             * @enum {string}
             */
            side: "buy" | "sell";
            /** Time In Force */
            time_in_force: string;
            /** Limit Price */
            limit_price: string | null;
            /** Stop Price */
            stop_price: string | null;
            /** Status */
            status: string;
            /** Extended Hours */
            extended_hours: boolean;
            /** Legs */
            legs: components["schemas"]["Order"][] | null;
            /** Trail Percent */
            trail_percent: string | null;
            /** Trail Price */
            trail_price: string | null;
            /** Hwm */
            hwm: string | null;
            /** Reason */
            reason: string | null;
            /** Strategy */
            strategy: string | null;
            /** Group Id */
            group_id: string | null;
            /** Version */
            version: number;
        };
        /** Override */
        Override: {
            /** Account Id */
            account_id: string | null;
            /** Symbol */
            symbol: string | null;
            limits: components["schemas"]["Limits"];
        };
        /** Performance */
        Performance: {
            /** Strategy */
            strategy?: string | null;
            /** Symbol */
            symbol?: string | null;
            /** Year */
            year?: string | null;
            /** Month */
            month?: string | null;
            /** Day */
            day?: string | null;
            /** Hour */
            hour?: string | null;
            /** Weekday */
            weekday?: string | null;
            /** Order Type */
            order_type?: string | null;
            /** Round Trips */
            round_trips: number;
            /** Wins */
            wins: number;
            /** Losses */
            losses: number;
            /** Win Rate */
            win_rate: number;
            /** Profit */
            profit: string;
            /** Gross Profit */
            gross_profit: string;
            /** Gross Loss */
            gross_loss: string;
            /** Fees */
            fees: string;
            /** Entry Value */
            entry_value: string;
            /** Best */
            best: string;
            /** Worst */
            worst: string;
            /** Average Holding Seconds */
            average_holding_seconds: number;
            /** Median Holding Seconds */
            median_holding_seconds: number | null;
            /** P90 Holding Seconds */
            p90_holding_seconds: number | null;
        };
        /**
         * PerformanceAnswer
         * @description `truncated`: there are more rows than `limit`.
         */
        PerformanceAnswer: {
            /** Rows */
            rows: components["schemas"]["Performance"][];
            /** Truncated */
            truncated: boolean;
        };
        /**
         * Platform
         * @description `mode`: whether orders are real. `analytics`: whether `/v2/analytics` has something behind it.
         *
         *     `feed`: where prices come from; those of a replay are as old as the recording.
         */
        Platform: {
            /** Name */
            name: string;
            /** Version */
            version: string;
            /** Broker */
            broker: string;
            /**
             * Mode
             * @enum {string}
             */
            mode: "paper" | "live";
            /** Analytics */
            analytics: boolean;
            /**
             * Feed
             * @enum {string}
             */
            feed: "simulated" | "replay" | "alpaca" | "binance";
        };
        /** Policy */
        Policy: {
            /** Version */
            version: number;
            defaults: components["schemas"]["Limits"];
            /** Overrides */
            overrides: components["schemas"]["Override"][];
            /** Restrictions */
            restrictions: components["schemas"]["Restriction"][];
            /** Halts */
            halts: components["schemas"]["Halt"][];
        };
        /**
         * PortfolioHistory
         * @description One entry in each list per point; `timestamp` in seconds.
         */
        PortfolioHistory: {
            /** Timestamp */
            timestamp: number[];
            /** Equity */
            equity: number[];
            /** Profit Loss */
            profit_loss: number[];
            /** Profit Loss Pct */
            profit_loss_pct: (number | null)[];
            /** Base Value */
            base_value: number;
            /** Timeframe */
            timeframe: string;
            /** Cashflow */
            cashflow: {
                [key: string]: number[];
            };
        };
        /** Position */
        Position: {
            /** Asset Id */
            asset_id: string;
            /** Symbol */
            symbol: string;
            /** Exchange */
            exchange: string;
            /**
             * Asset Class
             * @constant
             */
            asset_class: "us_equity";
            /** Asset Marginable */
            asset_marginable: boolean;
            /** Qty */
            qty: string;
            /** Qty Available */
            qty_available: string;
            /**
             * Side
             * @enum {string}
             */
            side: "long" | "short";
            /** Avg Entry Price */
            avg_entry_price: string;
            /** Market Value */
            market_value: string | null;
            /** Cost Basis */
            cost_basis: string;
            /** Unrealized Pl */
            unrealized_pl: string;
            /** Unrealized Plpc */
            unrealized_plpc: string;
            /** Unrealized Intraday Pl */
            unrealized_intraday_pl: string;
            /** Unrealized Intraday Plpc */
            unrealized_intraday_plpc: string;
            /** Current Price */
            current_price: string | null;
            /** Lastday Price */
            lastday_price: string | null;
            /** Change Today */
            change_today: string;
            /** Realized Pl */
            realized_pl: string;
        };
        /**
         * Prediction
         * @description What is served; and what the next model would say, on which nobody acts.
         */
        Prediction: {
            /** Symbol */
            symbol: string;
            champion: components["schemas"]["Forecast"];
            challenger: components["schemas"]["Forecast"] | null;
        };
        /**
         * PredictionsAnswer
         * @description `registry_reachable` is false where these models were loaded before the registry went away.
         */
        PredictionsAnswer: {
            /** Predictions */
            predictions: components["schemas"]["Prediction"][];
            /** Registry Reachable */
            registry_reachable: boolean;
        };
        /**
         * Preview
         * @description What sending the order now would be told; `unavailable`: there is no decision at the moment.
         */
        Preview: {
            /** Accepted */
            accepted: boolean;
            /** Unavailable */
            unavailable: boolean;
            /** Reason */
            reason: string | null;
            /** Message */
            message: string | null;
            /** Field */
            field: string | null;
            /** Limit */
            limit: string | null;
            /** Checks */
            checks: number;
            /** Policy Version */
            policy_version: number;
            /** Usages */
            usages: components["schemas"]["Usage"][];
            /** Bid */
            bid: string | null;
            /** Ask */
            ask: string | null;
        };
        /**
         * Purpose
         * @description What a code lets its holder do.
         * @enum {string}
         */
        Purpose: "invite" | "verify" | "reset";
        /** Quote */
        Quote: {
            /**
             * T
             * Format: date-time
             */
            t: string;
            /** Ax */
            ax: string;
            /** Ap */
            ap: number;
            /** As */
            as: number;
            /** Bx */
            bx: string;
            /** Bp */
            bp: number;
            /** Bs */
            bs: number;
            /** C */
            c: string[];
            /** Z */
            z: string;
        };
        /** Quotes */
        Quotes: {
            /** Quotes */
            quotes: {
                [key: string]: components["schemas"]["Quote"][];
            };
            /** Next Page Token */
            next_page_token: string | null;
        };
        /** RefreshRequest */
        RefreshRequest: {
            /** Refresh Token */
            refresh_token?: string | null;
        };
        /** RegistryState */
        RegistryState: {
            /** Reachable */
            reachable: boolean;
            /** Last Answer At */
            last_answer_at: string | null;
            /** Problem */
            problem: string;
        };
        /** ResetPassword */
        ResetPassword: {
            /** Code */
            code: string;
            /** New Password */
            new_password: string;
        };
        /** Restriction */
        Restriction: {
            /** Symbol */
            symbol: string;
            /** Account Id */
            account_id: string | null;
            /** Reason */
            reason: string;
            /** Close Only */
            close_only: boolean;
        };
        /**
         * Risk
         * @description `sharpe` and `sortino` are null where daily profit does not vary or there are fewer than two days.
         */
        Risk: {
            /** Strategy */
            strategy: string | null;
            /** Days */
            days: number;
            /** Profit */
            profit: string;
            /** Sharpe */
            sharpe: number | null;
            /** Sortino */
            sortino: number | null;
            /** Volatility */
            volatility: number;
            /** Max Drawdown */
            max_drawdown: string;
            /** Max Drawdown Ratio */
            max_drawdown_ratio: number;
            /** Drawdown Start */
            drawdown_start: string | null;
            /** Drawdown Trough */
            drawdown_trough: string | null;
            /** Drawdown End */
            drawdown_end: string | null;
            /** Best Day */
            best_day: string;
            /** Worst Day */
            worst_day: string;
        };
        /** RiskAnswer */
        RiskAnswer: {
            /** Capital */
            capital: string;
            /** Days Per Year */
            days_per_year: number;
            /** Rows */
            rows: components["schemas"]["Risk"][];
        };
        /**
         * Role
         * @enum {string}
         */
        Role: "trader" | "risk" | "operations" | "admin";
        /**
         * RoundTrip
         * @description A quantity that one execution opened and another closed; `side` is the entry's.
         */
        RoundTrip: {
            /** Id */
            id: string;
            /** Strategy */
            strategy: string;
            /** Symbol */
            symbol: string;
            /**
             * Side
             * @enum {string}
             */
            side: "buy" | "sell";
            /** Qty */
            qty: string;
            /** Entry Price */
            entry_price: string;
            /** Exit Price */
            exit_price: string;
            /**
             * Opened At
             * Format: date-time
             */
            opened_at: string;
            /**
             * Closed At
             * Format: date-time
             */
            closed_at: string;
            /** Profit */
            profit: string;
            /** Fees */
            fees: string;
            /** Entry Order Id */
            entry_order_id: string;
            /** Exit Order Id */
            exit_order_id: string;
        };
        /** RoundTripsAnswer */
        RoundTripsAnswer: {
            /** Round Trips */
            round_trips: components["schemas"]["RoundTrip"][];
            /** Next Page Token */
            next_page_token: string | null;
        };
        /**
         * Scope
         * @enum {string}
         */
        Scope: "profile:read" | "profile:write" | "sessions:manage" | "keys:manage" | "market:read" | "trading:read" | "trading:write" | "watchlists:read" | "watchlists:write" | "risk:read" | "risk:read_all" | "risk:write" | "operations:read" | "users:admin" | "audit:read";
        /**
         * SecurityEvent
         * @description The values are stable: log queries, alert rules and audit entries use them.
         * @enum {string}
         */
        SecurityEvent: "sign_up" | "log_in" | "log_in_failed" | "locked_out" | "refresh_token_reused" | "session_ended" | "password_changed" | "password_reset" | "password_code_created" | "verification_code_created" | "user_invited" | "key_created" | "key_first_used" | "key_revoked" | "roles_changed" | "user_disabled" | "user_enabled" | "limits_changed" | "restriction_changed" | "halted" | "resumed";
        /**
         * SecurityEventEntry
         * @description `actor_*` and `credential` say who did it; `user_id` and `email` whom it is about.
         */
        SecurityEventEntry: {
            /** Id */
            id: string;
            event: components["schemas"]["SecurityEvent"];
            /**
             * Occurred At
             * Format: date-time
             */
            occurred_at: string;
            /** Actor Id */
            actor_id: string | null;
            /** Actor Email */
            actor_email: string;
            /** Credential */
            credential: string;
            /** User Id */
            user_id: string | null;
            /** Email */
            email: string;
            /** Address */
            address: string;
            /** User Agent */
            user_agent: string;
            /** Details */
            details: {
                [key: string]: string;
            };
        };
        /**
         * ServedModel
         * @description `refused`: why the version that the registry names is not this one. `drift` above 0.25 is another market.
         */
        ServedModel: {
            /** Symbol */
            symbol: string;
            /** Model */
            model: string;
            /** Version */
            version: string;
            /** Kind */
            kind: string;
            /** Role */
            role: string;
            /** From Cache */
            from_cache: boolean;
            /**
             * Loaded At
             * Format: date-time
             */
            loaded_at: string;
            /** Outcomes */
            outcomes: number;
            /** Hit Rate */
            hit_rate: number | null;
            /** Log Loss */
            log_loss: number | null;
            /** Drift */
            drift: number;
            /** Refused */
            refused: string;
        };
        /**
         * Session
         * @description A log-in that is not over; `current` is the one that asks.
         */
        Session: {
            /** Id */
            id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Last Used At */
            last_used_at: string | null;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Address */
            address: string;
            /** User Agent */
            user_agent: string;
            /** Current */
            current: boolean;
        };
        /** SetHalt */
        SetHalt: {
            /**
             * Scope
             * @enum {string}
             */
            scope: "platform" | "account" | "symbol";
            /**
             * Key
             * @default
             */
            key: string;
            /**
             * Reason
             * @default
             */
            reason: string;
        };
        /** SetRestriction */
        SetRestriction: {
            /** Symbol */
            symbol: string;
            /**
             * Account Id
             * @default
             */
            account_id: string;
            /**
             * Reason
             * @default
             */
            reason: string;
            /**
             * Close Only
             * @default false
             */
            close_only: boolean;
            /**
             * Lifted
             * @default false
             */
            lifted: boolean;
        };
        /** SetRoles */
        SetRoles: {
            /** Roles */
            roles: components["schemas"]["Role"][];
        };
        /** SignUp */
        SignUp: {
            /** Email */
            email: string;
            /** Password */
            password: string;
            /** Invite */
            invite?: string | null;
        };
        /**
         * SignUpMode
         * @description Who may become a user by themselves.
         * @enum {string}
         */
        SignUpMode: "closed" | "invited" | "open";
        /** SignUpPolicy */
        SignUpPolicy: {
            mode: components["schemas"]["SignUpMode"];
        };
        /**
         * Signal
         * @description `probability_up`: that the price is higher after the horizon, where it moves at all; `price`: the middle when it
         *     was said.
         */
        Signal: {
            /** Symbol */
            symbol: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Probability Up */
            probability_up: number;
            /** Horizon Seconds */
            horizon_seconds: number;
            /** Price */
            price: string | null;
            /** Model */
            model: string;
            /** Version */
            version: string;
            /** Kind */
            kind: string;
        };
        /** SignalsAnswer */
        SignalsAnswer: {
            /** Signals */
            signals: components["schemas"]["Signal"][];
            /** Truncated */
            truncated: boolean;
        };
        /**
         * SignedUp
         * @description The same for an address that has an account.
         */
        SignedUp: {
            /** Email */
            email: string;
            /**
             * Next
             * @constant
             */
            next: "log in";
        };
        /** Snapshot */
        Snapshot: {
            latestTrade: components["schemas"]["Trade"] | null;
            latestQuote: components["schemas"]["Quote"] | null;
            minuteBar: components["schemas"]["Bar"] | null;
            dailyBar: components["schemas"]["Bar"] | null;
            prevDailyBar: components["schemas"]["Bar"] | null;
            /** Symbol */
            symbol: string;
        };
        /** SnapshotParts */
        SnapshotParts: {
            latestTrade: components["schemas"]["Trade"] | null;
            latestQuote: components["schemas"]["Quote"] | null;
            minuteBar: components["schemas"]["Bar"] | null;
            dailyBar: components["schemas"]["Bar"] | null;
            prevDailyBar: components["schemas"]["Bar"] | null;
        };
        /** Statuses */
        Statuses: {
            /** Statuses */
            statuses: {
                [key: string]: components["schemas"]["TradingStatus"][];
            };
            /** Next Page Token */
            next_page_token: string | null;
        };
        /** SymbolBars */
        SymbolBars: {
            /** Symbol */
            symbol: string;
            /** Bars */
            bars: components["schemas"]["Bar"][];
            /** Next Page Token */
            next_page_token: string | null;
        };
        /** SymbolBook */
        SymbolBook: {
            /** Symbol */
            symbol: string;
            book: components["schemas"]["Book"];
        };
        /** SymbolQuotes */
        SymbolQuotes: {
            /** Symbol */
            symbol: string;
            /** Quotes */
            quotes: components["schemas"]["Quote"][];
            /** Next Page Token */
            next_page_token: string | null;
        };
        /** SymbolTrades */
        SymbolTrades: {
            /** Symbol */
            symbol: string;
            /** Trades */
            trades: components["schemas"]["Trade"][];
            /** Next Page Token */
            next_page_token: string | null;
        };
        /** Tokens */
        Tokens: {
            /** Access Token */
            access_token: string;
            /**
             * Token Type
             * @constant
             */
            token_type: "bearer";
            /** Expires In */
            expires_in: number;
            /** Refresh Token */
            refresh_token: string | null;
            user: components["schemas"]["User"];
        };
        /** Trade */
        Trade: {
            /**
             * T
             * Format: date-time
             */
            t: string;
            /** X */
            x: string;
            /** P */
            p: number;
            /** S */
            s: number;
            /** C */
            c: string[];
            /** I */
            i: number;
            /** Z */
            z: string;
        };
        /** Trades */
        Trades: {
            /** Trades */
            trades: {
                [key: string]: components["schemas"]["Trade"][];
            };
            /** Next Page Token */
            next_page_token: string | null;
        };
        /**
         * TradingStatus
         * @description Whether a symbol trades; null where the feed does not say. `action` is trading, halt, pause, quoting or alike.
         */
        TradingStatus: {
            /**
             * T
             * Format: date-time
             */
            t: string;
            /** X */
            x: string;
            /** Action */
            action: string;
            /** Reason */
            reason: string;
            /** Trading */
            trading: boolean | null;
            /** Quoting */
            quoting: boolean | null;
        };
        /** UpdateWatchlist */
        UpdateWatchlist: {
            /** Name */
            name?: string | null;
            /** Symbols */
            symbols?: string[] | null;
        };
        /**
         * Usage
         * @description How far one limit is used before and after an order; `limit` is null where there is none.
         */
        Usage: {
            /** Rule */
            rule: string;
            /**
             * Unit
             * @enum {string}
             */
            unit: "money" | "quantity" | "count";
            /** Before */
            before: string;
            /** After */
            after: string;
            /** Limit */
            limit: string | null;
        };
        /** User */
        User: {
            /** Id */
            id: string;
            /** Email */
            email: string;
            /** Roles */
            roles: components["schemas"]["Role"][];
            /** Account Id */
            account_id: string;
            /** Email Verified */
            email_verified: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Disabled At */
            disabled_at: string | null;
        };
        /** VerifyEmail */
        VerifyEmail: {
            /** Code */
            code: string;
        };
        /**
         * Version
         * @description The policy's version after the change.
         */
        Version: {
            /** Version */
            version: number;
        };
        /** Watchlist */
        Watchlist: {
            /** Id */
            id: string;
            /** Account Id */
            account_id: string;
            /** Name */
            name: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Assets */
            assets: components["schemas"]["Asset"][];
        };
        /**
         * Error
         * @description `reason` is a stable code; `field` is the input at fault, `limit` what it may be.
         */
        Error: {
            /** Code */
            code: number;
            /** Message */
            message: string;
            /** Reason */
            reason: string;
            /**
             * Field
             * @default null
             */
            field: string | null;
            /**
             * Limit
             * @default null
             */
            limit: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_orders_v2_orders_get: {
        parameters: {
            query?: {
                status?: string;
                limit?: number;
                after?: string | null;
                until?: string | null;
                direction?: string;
                symbols?: string | null;
                side?: string | null;
                nested?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    submit_order_v2_orders_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Symbol */
                    symbol: string;
                    /** Qty */
                    qty?: string | number;
                    /** Notional */
                    notional?: string | number;
                    /**
                     * Side
                     * @enum {string}
                     */
                    side: "buy" | "sell";
                    /**
                     * Type
                     * @enum {string}
                     */
                    type: "market" | "limit" | "stop" | "stop_limit" | "trailing_stop";
                    /**
                     * Time In Force
                     * @enum {string}
                     */
                    time_in_force: "day" | "gtc" | "opg" | "ioc" | "fok" | "gtd" | "cls";
                    /** Limit Price */
                    limit_price?: string | number;
                    /** Stop Price */
                    stop_price?: string | number;
                    /** Trail Price */
                    trail_price?: string | number;
                    /** Trail Percent */
                    trail_percent?: string | number;
                    /** Extended Hours */
                    extended_hours?: boolean | null;
                    /** Client Order Id */
                    client_order_id?: string | null;
                    /** Strategy */
                    strategy?: string | null;
                    /** Expires At */
                    expires_at?: string | null;
                    /** Order Class */
                    order_class?: ("" | "simple" | "bracket" | "oco" | "oto") | null;
                    take_profit?: {
                        /** Limit Price */
                        limit_price: string | number;
                    } | null;
                    stop_loss?: {
                        /** Stop Price */
                        stop_price: string | number;
                        /** Limit Price */
                        limit_price?: string | number;
                    } | null;
                    /** Position Intent */
                    position_intent?: string | null;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancel_all_orders_v2_orders_delete: {
        parameters: {
            query?: {
                symbol?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CanceledOrder"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_order_by_client_order_id_v2_orders_by_client_order_id_get: {
        parameters: {
            query: {
                client_order_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_order_v2_orders__order_id__get: {
        parameters: {
            query?: {
                nested?: boolean;
            };
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancel_order_v2_orders__order_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    replace_order_v2_orders__order_id__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Qty */
                    qty?: string | number;
                    /** Limit Price */
                    limit_price?: string | number;
                    /** Stop Price */
                    stop_price?: string | number;
                    /** Trail */
                    trail?: string | number;
                    /** Trail Price */
                    trail_price?: string | number;
                    /** Trail Percent */
                    trail_percent?: string | number;
                    /** Time In Force */
                    time_in_force?: ("day" | "gtc" | "opg" | "ioc" | "fok" | "gtd" | "cls") | null;
                    /** Expires At */
                    expires_at?: string | null;
                    /** Client Order Id */
                    client_order_id?: string | null;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_positions_v2_positions_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Position"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    close_all_positions_v2_positions_delete: {
        parameters: {
            query?: {
                cancel_orders?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClosedPosition"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_position_v2_positions__symbol_or_asset_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                symbol_or_asset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Position"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    close_position_v2_positions__symbol_or_asset_id__delete: {
        parameters: {
            query?: {
                qty?: string | null;
                percentage?: string | null;
            };
            header?: never;
            path: {
                symbol_or_asset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_account_v2_account_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_configuration_v2_account_configurations_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountConfiguration"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    set_configuration_v2_account_configurations_patch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountConfiguration"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_activities_v2_account_activities__activity_type__get: {
        parameters: {
            query?: {
                activity_types?: string | null;
                date?: string | null;
                after?: string | null;
                until?: string | null;
                direction?: string;
                page_size?: number;
                page_token?: string;
            };
            header?: never;
            path: {
                activity_type: string | null;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Activity"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_activities_v2_account_activities_get: {
        parameters: {
            query?: {
                activity_type?: string | null;
                activity_types?: string | null;
                date?: string | null;
                after?: string | null;
                until?: string | null;
                direction?: string;
                page_size?: number;
                page_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Activity"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_portfolio_history_v2_account_portfolio_history_get: {
        parameters: {
            query?: {
                period?: string | null;
                timeframe?: string | null;
                start?: string | null;
                end?: string | null;
                date_end?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortfolioHistory"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_bars_v2_stocks_bars_get: {
        parameters: {
            query: {
                symbols: string;
                timeframe: string;
                start?: string | null;
                end?: string | null;
                limit?: number;
                page_token?: string;
                sort?: string;
                currency?: string;
                adjustment?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bars"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_quotes_v2_stocks_quotes_get: {
        parameters: {
            query: {
                symbols: string;
                start?: string | null;
                end?: string | null;
                limit?: number;
                page_token?: string;
                sort?: string;
                currency?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quotes"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_trades_v2_stocks_trades_get: {
        parameters: {
            query: {
                symbols: string;
                start?: string | null;
                end?: string | null;
                limit?: number;
                page_token?: string;
                sort?: string;
                currency?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trades"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_depths_v2_stocks_depths_get: {
        parameters: {
            query: {
                symbols: string;
                start?: string | null;
                end?: string | null;
                limit?: number;
                page_token?: string;
                sort?: string;
                currency?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Depths"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_statuses_v2_stocks_statuses_get: {
        parameters: {
            query: {
                symbols: string;
                start?: string | null;
                end?: string | null;
                limit?: number;
                page_token?: string;
                sort?: string;
                currency?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Statuses"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    latest_depths_v2_stocks_depths_latest_get: {
        parameters: {
            query: {
                symbols: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatestDepths"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    latest_statuses_v2_stocks_statuses_latest_get: {
        parameters: {
            query: {
                symbols: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatestStatuses"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    latest_bars_v2_stocks_bars_latest_get: {
        parameters: {
            query: {
                symbols: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatestBars"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    latest_quotes_v2_stocks_quotes_latest_get: {
        parameters: {
            query: {
                symbols: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatestQuotes"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    latest_trades_v2_stocks_trades_latest_get: {
        parameters: {
            query: {
                symbols: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatestTrades"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_snapshots_v2_stocks_snapshots_get: {
        parameters: {
            query: {
                symbols: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: components["schemas"]["SnapshotParts"];
                    };
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_bars_of_one_v2_stocks__symbol__bars_get: {
        parameters: {
            query: {
                timeframe: string;
                start?: string | null;
                end?: string | null;
                limit?: number;
                page_token?: string;
                sort?: string;
                currency?: string;
                adjustment?: string;
            };
            header?: never;
            path: {
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SymbolBars"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_quotes_of_one_v2_stocks__symbol__quotes_get: {
        parameters: {
            query?: {
                start?: string | null;
                end?: string | null;
                limit?: number;
                page_token?: string;
                sort?: string;
                currency?: string;
            };
            header?: never;
            path: {
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SymbolQuotes"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_trades_of_one_v2_stocks__symbol__trades_get: {
        parameters: {
            query?: {
                start?: string | null;
                end?: string | null;
                limit?: number;
                page_token?: string;
                sort?: string;
                currency?: string;
            };
            header?: never;
            path: {
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SymbolTrades"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    latest_bar_v2_stocks__symbol__bars_latest_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatestBar"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    latest_quote_v2_stocks__symbol__quotes_latest_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatestQuote"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    latest_trade_v2_stocks__symbol__trades_latest_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatestTrade"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_snapshot_v2_stocks__symbol__snapshot_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_book_v2_stocks__symbol__book_get: {
        parameters: {
            query?: {
                depth?: number;
            };
            header?: never;
            path: {
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SymbolBook"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_assets_v2_assets_get: {
        parameters: {
            query?: {
                status?: string | null;
                asset_class?: string | null;
                exchange?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_asset_v2_assets__symbol_or_asset_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                symbol_or_asset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_platform_v2_platform_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Platform"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_clock_v2_clock_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_calendar_v2_calendar_get: {
        parameters: {
            query?: {
                start?: string | null;
                end?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarDay"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_watchlists_v2_watchlists_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Watchlist"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_watchlist_v2_watchlists_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWatchlist"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Watchlist"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_watchlist_v2_watchlists__watchlist_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                watchlist_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Watchlist"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    update_watchlist_v2_watchlists__watchlist_id__put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                watchlist_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWatchlist"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Watchlist"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    add_symbol_v2_watchlists__watchlist_id__post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                watchlist_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddSymbol"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Watchlist"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_watchlist_v2_watchlists__watchlist_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                watchlist_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    remove_symbol_v2_watchlists__watchlist_id___symbol__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                watchlist_id: string;
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Watchlist"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_policy_v2_risk_policy_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    set_limits_v2_risk_limits_patch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Account Id
                     * @default
                     */
                    account_id?: string;
                    /**
                     * Symbol
                     * @default
                     */
                    symbol?: string;
                    /**
                     * LimitsChange
                     * @description What is not given stays; null gives the decision back to the level above.
                     */
                    limits: {
                        /** Max Order Quantity */
                        max_order_quantity?: string | number;
                        /** Max Order Notional */
                        max_order_notional?: string | number;
                        /** Price Collar Percent */
                        price_collar_percent?: string | number;
                        /** Market Protection Percent */
                        market_protection_percent?: string | number;
                        /** Max Position Quantity */
                        max_position_quantity?: string | number;
                        /** Max Position Notional */
                        max_position_notional?: string | number;
                        /** Max Gross Exposure */
                        max_gross_exposure?: string | number;
                        /** Max Net Exposure */
                        max_net_exposure?: string | number;
                        /** Max Open Orders */
                        max_open_orders?: number | null;
                        /** Max Order Rate Per Second */
                        max_order_rate_per_second?: number | null;
                        /** Order Rate Burst */
                        order_rate_burst?: number | null;
                        /** Max Daily Loss */
                        max_daily_loss?: string | number;
                        /** Duplicate Window Ms */
                        duplicate_window_ms?: number | null;
                        /** Max Price Age Ms */
                        max_price_age_ms?: number | null;
                    };
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    set_restriction_v2_risk_restrictions_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetRestriction"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    preview_v2_risk_preview_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Symbol */
                    symbol: string;
                    /** Qty */
                    qty?: string | number;
                    /** Notional */
                    notional?: string | number;
                    /**
                     * Side
                     * @enum {string}
                     */
                    side: "buy" | "sell";
                    /**
                     * Type
                     * @enum {string}
                     */
                    type: "market" | "limit" | "stop" | "stop_limit" | "trailing_stop";
                    /**
                     * Time In Force
                     * @enum {string}
                     */
                    time_in_force: "day" | "gtc" | "opg" | "ioc" | "fok" | "gtd" | "cls";
                    /** Limit Price */
                    limit_price?: string | number;
                    /** Stop Price */
                    stop_price?: string | number;
                    /** Trail Price */
                    trail_price?: string | number;
                    /** Trail Percent */
                    trail_percent?: string | number;
                    /** Extended Hours */
                    extended_hours?: boolean | null;
                    /** Client Order Id */
                    client_order_id?: string | null;
                    /** Strategy */
                    strategy?: string | null;
                    /** Expires At */
                    expires_at?: string | null;
                    /** Order Class */
                    order_class?: ("" | "simple" | "bracket" | "oco" | "oto") | null;
                    take_profit?: {
                        /** Limit Price */
                        limit_price: string | number;
                    } | null;
                    stop_loss?: {
                        /** Stop Price */
                        stop_price: string | number;
                        /** Limit Price */
                        limit_price?: string | number;
                    } | null;
                    /** Position Intent */
                    position_intent?: string | null;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_halts_v2_risk_halts_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Halt"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    halt_v2_risk_halts_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetHalt"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    lift_halt_v2_risk_halts_delete: {
        parameters: {
            query: {
                scope: "platform" | "account" | "symbol";
                key?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_exposure_v2_risk_exposure_get: {
        parameters: {
            query?: {
                account_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Exposure"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_breaches_v2_risk_breaches_get: {
        parameters: {
            query?: {
                account_id?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Breach"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_performance_v2_analytics_performance_get: {
        parameters: {
            query?: {
                /** @description At most three of strategy, symbol, year, month, day, hour, weekday, order_type, with commas */
                group_by?: string | null;
                /** @description group, best or worst */
                order?: string;
                limit?: number;
                /** @description Median and 90th percentile; reads every trade */
                holding_quantiles?: boolean;
                /** @description RFC 3339 or a date; included */
                start?: string | null;
                /** @description RFC 3339 or a date; not included */
                end?: string | null;
                /** @description With commas; none: all */
                strategies?: string | null;
                /** @description With commas; none: all */
                symbols?: string | null;
                /** @description IANA name, for calendar parts */
                time_zone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PerformanceAnswer"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_round_trips_v2_analytics_round_trips_get: {
        parameters: {
            query?: {
                min_profit?: string;
                max_profit?: string;
                /** @description closed_at or profit */
                sort?: string;
                direction?: string;
                limit?: number;
                page_token?: string;
                /** @description RFC 3339 or a date; included */
                start?: string | null;
                /** @description RFC 3339 or a date; not included */
                end?: string | null;
                /** @description With commas; none: all */
                strategies?: string | null;
                /** @description With commas; none: all */
                symbols?: string | null;
                /** @description IANA name, for calendar parts */
                time_zone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundTripsAnswer"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_costs_v2_analytics_costs_get: {
        parameters: {
            query?: {
                /** @description At most three of strategy, symbol, year, month, day, hour, weekday, order_type, with commas */
                group_by?: string | null;
                limit?: number;
                /** @description RFC 3339 or a date; included */
                start?: string | null;
                /** @description RFC 3339 or a date; not included */
                end?: string | null;
                /** @description With commas; none: all */
                strategies?: string | null;
                /** @description With commas; none: all */
                symbols?: string | null;
                /** @description IANA name, for calendar parts */
                time_zone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CostsAnswer"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_risk_v2_analytics_risk_get: {
        parameters: {
            query?: {
                /** @description Default: the account's equity when the range began */
                capital?: string;
                by_strategy?: boolean;
                /** @description RFC 3339 or a date; included */
                start?: string | null;
                /** @description RFC 3339 or a date; not included */
                end?: string | null;
                /** @description With commas; none: all */
                strategies?: string | null;
                /** @description With commas; none: all */
                symbols?: string | null;
                /** @description IANA name, for calendar parts */
                time_zone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RiskAnswer"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_closing_positions_v2_analytics_positions_get: {
        parameters: {
            query?: {
                limit?: number;
                /** @description RFC 3339 or a date; included */
                start?: string | null;
                /** @description RFC 3339 or a date; not included */
                end?: string | null;
                /** @description With commas; none: all */
                strategies?: string | null;
                /** @description With commas; none: all */
                symbols?: string | null;
                /** @description IANA name, for calendar parts */
                time_zone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClosingPositionsAnswer"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_signals_v2_analytics_signals_get: {
        parameters: {
            query?: {
                /** @description Registered models, with commas; none: all */
                model?: string | null;
                limit?: number;
                /** @description RFC 3339 or a date; included */
                start?: string | null;
                /** @description RFC 3339 or a date; not included */
                end?: string | null;
                /** @description With commas; none: all */
                strategies?: string | null;
                /** @description With commas; none: all */
                symbols?: string | null;
                /** @description IANA name, for calendar parts */
                time_zone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignalsAnswer"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    export_v2_analytics_export__table__get: {
        parameters: {
            query?: {
                format?: string;
                /** @description RFC 3339 or a date; included */
                start?: string | null;
                /** @description RFC 3339 or a date; not included */
                end?: string | null;
                /** @description With commas; none: all */
                strategies?: string | null;
                /** @description With commas; none: all */
                symbols?: string | null;
                /** @description IANA name, for calendar parts */
                time_zone?: string;
            };
            header?: never;
            path: {
                table: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": unknown;
                    "application/vnd.apache.parquet": unknown;
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_predictions_v2_predictions_get: {
        parameters: {
            query?: {
                /** @description With commas; none: all that have a forecast */
                symbols?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionsAnswer"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_models_v2_predictions_models_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelsAnswer"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_prediction_v2_predictions__symbol__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Prediction"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_alerts_v2_operations_alerts_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    log_in_auth_login_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                cift_device?: string | null;
                "__Host-cift_device"?: string | null;
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    refresh_auth_refresh_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                cift_refresh?: string | null;
                "__Host-cift_refresh"?: string | null;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    log_out_auth_logout_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                cift_refresh?: string | null;
                "__Host-cift_refresh"?: string | null;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_me_auth_me_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    change_password_auth_me_password_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                cift_device?: string | null;
                "__Host-cift_device"?: string | null;
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_settings_auth_me_settings_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    set_settings_auth_me_settings_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_sessions_auth_me_sessions_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    end_session_auth_me_sessions__session_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_keys_auth_keys_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_key_auth_keys_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKey"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    revoke_key_auth_keys__key_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_sign_up_auth_signup_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignUpPolicy"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sign_up_auth_signup_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUp"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedUp"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    verify_email_auth_email_verify_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyEmail"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reset_password_auth_password_reset_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPassword"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_invite_auth_invites_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateInvite"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Code"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_verification_auth_users__user_id__verification_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Code"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_password_reset_auth_users__user_id__password_reset_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Code"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_users_auth_users_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    set_roles_auth_users__user_id__roles_put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetRoles"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    disable_user_auth_users__user_id__disable_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DisableUser"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DisabledUser"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    enable_user_auth_users__user_id__enable_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_sessions_of_user_auth_users__user_id__sessions_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    end_session_of_user_auth_users__user_id__sessions__session_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_keys_of_user_auth_users__user_id__keys_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    revoke_key_of_user_auth_users__user_id__keys__key_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_security_events_auth_security_events_get: {
        parameters: {
            query?: {
                event?: components["schemas"]["SecurityEvent"] | null;
                user_id?: string | null;
                before?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecurityEventEntry"][];
                };
            };
            /** @description Refused or failed */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
