use std::{io, path::PathBuf};

/// Why the journal cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },

    #[error("{path}: another process writes this journal")]
    Locked { path: PathBuf },

    #[error("{path}: no space for the next segment of {bytes} bytes")]
    Full { path: PathBuf, bytes: u64 },

    #[error("{path}: written as {what} {found}, this program reads {what} {expected}")]
    Version {
        path: PathBuf,
        what: &'static str,
        found: u32,
        expected: u32,
    },

    #[error(
        "{path}: damaged at byte {offset}, before record {record}: {reason}; restore this file from a copy, nothing was changed"
    )]
    Damaged {
        path: PathBuf,
        offset: u64,
        record: u64,
        reason: String,
    },

    #[error("records after {after} are not kept; the first kept record is {first}")]
    NotKept { after: u64, first: u64 },

    #[error("a record of {bytes} bytes is over the limit of {limit}")]
    RecordTooLarge { bytes: usize, limit: usize },
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// True where the journal is whole and only space is missing.
    pub fn is_full(&self) -> bool {
        matches!(self, Error::Full { .. })
    }
}

/// Names the file in an I/O error.
pub(crate) trait At<T> {
    fn at(self, path: &std::path::Path) -> Result<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &std::path::Path) -> Result<T> {
        self.map_err(|source| Error::Io {
            path: path.to_owned(),
            source,
        })
    }
}
