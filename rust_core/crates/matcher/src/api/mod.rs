//! Proto ↔ domain, and the gRPC service. Nothing is decided here.

pub mod commands;
pub mod reports;
pub mod service;
mod session;
pub mod status;
