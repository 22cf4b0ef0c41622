//! Errors that clients can tell apart: a gRPC code and a `google.rpc.ErrorInfo`.

use std::collections::HashMap;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::engine::{queue, replay};

const DOMAIN: &str = "cift.markets";

pub fn typed<const N: usize>(
    code: Code,
    reason: &str,
    message: impl Into<String>,
    metadata: [(&str, String); N],
) -> Status {
    let metadata: HashMap<String, String> = metadata
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    Status::with_error_details(
        code,
        message,
        ErrorDetails::with_error_info(reason, DOMAIN, metadata),
    )
}

pub fn draining() -> Status {
    typed(
        Code::Unavailable,
        "DRAINING",
        "the matcher is stopping; connect again",
        [],
    )
}

pub fn from_queue(refusal: queue::Refusal) -> Status {
    match refusal {
        queue::Refusal::Draining => draining(),
        queue::Refusal::BackPressure => typed(
            Code::ResourceExhausted,
            "BACK_PRESSURE",
            "the matcher's queue is full; send less at a time",
            [],
        ),
    }
}

/// A resume or a snapshot that the files do not allow.
pub fn from_replay(error: &replay::Error) -> Status {
    match error {
        replay::Error::Journal(cift_journal::Error::NotKept { .. }) => {
            typed(Code::OutOfRange, "SEQUENCE_NOT_KEPT", error.to_string(), [])
        }
        replay::Error::Journal(cift_journal::Error::Io { source, .. })
            if source.kind() == std::io::ErrorKind::StorageFull =>
        {
            typed(Code::ResourceExhausted, "DISK_FULL", error.to_string(), [])
        }
        replay::Error::Journal(
            cift_journal::Error::Io { .. } | cift_journal::Error::Full { .. },
        ) => typed(Code::Internal, "JOURNAL_UNAVAILABLE", error.to_string(), []),
        _ => typed(Code::DataLoss, "JOURNAL_DAMAGED", error.to_string(), []),
    }
}
