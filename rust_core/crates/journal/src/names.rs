//! File names: twenty digits, so that they sort by record.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::error::{At, Result};

pub const SEGMENT: &str = "journal";
pub const SNAPSHOT: &str = "snapshot";
pub const CUT: &str = "cut";
/// A file that is being made; a start removes what a crash left of it.
pub const PART: &str = "part";

pub fn path(dir: &Path, record: u64, kind: &str) -> PathBuf {
    dir.join(format!("{record:020}.{kind}"))
}

/// The records that files of `kind` are named by, ascending.
pub fn list(dir: &Path, kind: &str) -> Result<Vec<u64>> {
    let mut records = Vec::new();
    for entry in fs::read_dir(dir).at(dir)? {
        let name = entry.at(dir)?.file_name();
        let Some((stem, extension)) = name.to_str().and_then(|name| name.split_once('.')) else {
            continue;
        };
        if extension == kind
            && stem.len() == 20
            && let Ok(record) = stem.parse()
        {
            records.push(record);
        }
    }
    records.sort_unstable();
    Ok(records)
}

pub fn remove_parts(dir: &Path) -> Result<()> {
    for entry in fs::read_dir(dir).at(dir)? {
        let path = entry.at(dir)?.path();
        if path.extension().is_some_and(|extension| extension == PART) {
            fs::remove_file(&path).at(&path)?;
        }
    }
    Ok(())
}

/// Makes created, renamed and removed names of `dir` durable.
pub fn sync_dir(dir: &Path) -> Result<()> {
    fs::File::open(dir).and_then(|dir| dir.sync_all()).at(dir)
}
