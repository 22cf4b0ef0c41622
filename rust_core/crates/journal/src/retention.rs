//! Which old files go.

use std::{fs, path::Path};

use crate::{
    error::{At, Result},
    names, snapshot,
};

/// How many of the newest snapshots are kept beside the oldest that is of use.
const NEWEST: usize = 3;

/// Deletes the oldest segments while all of them together are larger than `keep_bytes`. Only what
/// a snapshot covers goes, never the segment being written. Snapshots that no kept record follows
/// go too; of the others the oldest (a resume may begin there) and the newest few stay.
/// Gives the number of files deleted.
pub fn apply(dir: &Path, record_format: u32, keep_bytes: u64) -> Result<usize> {
    let segments = names::list(dir, names::SEGMENT)?;
    let snapshots = snapshot::list(dir, record_format)?;
    let Some(newest) = snapshots.last() else {
        return Ok(0);
    };

    let mut sizes = Vec::with_capacity(segments.len());
    for first in &segments {
        let path = names::path(dir, *first, names::SEGMENT);
        sizes.push(fs::metadata(&path).at(&path)?.len());
    }
    let mut total: u64 = sizes.iter().sum();
    let mut gone = Vec::new();
    let mut first_kept = segments.first().copied().unwrap_or(1);
    for (pair, size) in segments.windows(2).zip(&sizes) {
        let [first, following] = pair else { break };
        if total <= keep_bytes || *following > newest.record + 1 {
            break;
        }
        gone.push(names::path(dir, *first, names::SEGMENT));
        first_kept = *following;
        total -= size;
    }

    let useful = snapshots.partition_point(|name| name.record + 1 < first_kept);
    for (position, name) in snapshots.iter().enumerate() {
        let thinned = position > useful && position + NEWEST < snapshots.len();
        if position < useful || thinned {
            gone.push(names::path(dir, name.record, names::SNAPSHOT));
        }
    }
    for path in &gone {
        fs::remove_file(path).at(path)?;
    }
    if !gone.is_empty() {
        names::sync_dir(dir)?;
    }
    Ok(gone.len())
}
