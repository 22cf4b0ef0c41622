//! Domain → proto.

use std::sync::OnceLock;

use cift_core::{OrderId, OrderState, OrderView, Report, SymbolId, SymbolName};
use cift_proto::matcher::v1 as pb;
use uuid::Uuid;

use crate::{engine::request::Refused, tape::Stamped};

/// What execution ids begin with, for as long as the process lives.
static VENUE: OnceLock<String> = OnceLock::new();

/// Once, before anything is told.
pub fn name_venue(name: String) {
    VENUE.get_or_init(|| name);
}

/// A UUID as text; empty for none.
pub fn uuid(id: u128) -> String {
    if id == 0 {
        String::new()
    } else {
        Uuid::from_u128(id).hyphenated().to_string()
    }
}

fn name(symbols: &[SymbolName], symbol: SymbolId) -> &str {
    symbols
        .get(symbol.0 as usize)
        .map_or("", SymbolName::as_str)
}

pub fn report(stamped: &Stamped, symbols: &[SymbolName]) -> pb::ExecutionReport {
    let Stamped {
        report,
        venue_duration_ns,
        match_duration_ns,
    } = stamped;
    let Report {
        sequence,
        kind,
        side,
        maker,
        reason,
        trade_id,
        time_ns,
        ..
    } = *report;
    let symbol = name(symbols, report.symbol);
    pb::ExecutionReport {
        sequence,
        execution_id: format!(
            "{}-{symbol}-{sequence}",
            VENUE.get().map_or("PAPER", String::as_str)
        ),
        r#type: i32::from(kind.code()),
        order_id: uuid(report.order_id.0),
        original_order_id: uuid(report.original_order_id.0),
        account_id: uuid(report.account_id.0),
        symbol: symbol.to_owned(),
        side: i32::from(side.code()),
        last_price_nanos: report.last_price.0,
        last_quantity_nanos: report.last_quantity.0,
        cumulative_quantity_nanos: report.cumulative_quantity.0,
        leaves_quantity_nanos: report.leaves_quantity.0,
        maker,
        reason: reason.as_str().to_owned(),
        time_ns,
        venue_duration_ns: *venue_duration_ns as i64,
        match_duration_ns: *match_duration_ns as i64,
        trade_id,
        price_nanos: report.price.0,
    }
}

/// One session message.
pub fn response(reports: &[Stamped], symbols: &[SymbolName]) -> pb::SessionResponse {
    let reports = reports
        .iter()
        .map(|stamped| report(stamped, symbols))
        .collect();
    session(pb::session_response::Response::Reports(
        pb::ExecutionReports { reports },
    ))
}

pub fn session(response: pb::session_response::Response) -> pb::SessionResponse {
    pb::SessionResponse {
        response: Some(response),
    }
}

pub fn refusal(refused: Refused) -> pb::Refusal {
    pb::Refusal {
        client_sequence: refused.client_sequence,
        reason: refused.reason.to_owned(),
        message: refused.message,
        order_id: refused.order_id.map(|id| uuid(id.0)).unwrap_or_default(),
    }
}

pub fn open_order(order: &OrderView, symbols: &[SymbolName], last_sequence: u64) -> pb::VenueOrder {
    pb::VenueOrder {
        order_id: uuid(order.order_id.0),
        account_id: uuid(order.account_id.0),
        symbol: name(symbols, order.symbol).to_owned(),
        side: i32::from(order.side.code()),
        quantity_nanos: order.quantity.0,
        leaves_quantity_nanos: order.leaves_quantity.0,
        limit_price_nanos: order.limit_price.0,
        open: true,
        last_sequence,
        last_report: None,
        stop_price_nanos: order.stop_price.0,
        high_water_price_nanos: order.high_water_price.0,
    }
}

/// None: the venue does not know it. An order that ended has no more than its last report.
pub fn order(
    id: OrderId,
    state: &OrderState,
    symbols: &[SymbolName],
    last: Option<pb::ExecutionReport>,
) -> Option<pb::VenueOrder> {
    let mut order = match (state, &last) {
        (OrderState::Open(view), _) => open_order(view, symbols, 0),
        (OrderState::Unknown, None) => return None,
        (_, None) => pb::VenueOrder {
            order_id: uuid(id.0),
            ..Default::default()
        },
        (_, Some(report)) => pb::VenueOrder {
            order_id: uuid(id.0),
            account_id: report.account_id.clone(),
            symbol: report.symbol.clone(),
            side: report.side,
            quantity_nanos: report.cumulative_quantity_nanos + report.leaves_quantity_nanos,
            leaves_quantity_nanos: report.leaves_quantity_nanos,
            limit_price_nanos: report.price_nanos,
            ..Default::default()
        },
    };
    order.last_sequence = last.as_ref().map_or(0, |report| report.sequence);
    order.last_report = last;
    Some(order)
}
