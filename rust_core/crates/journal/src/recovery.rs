//! What a start makes of the folder it finds.

use std::{
    fs::{self, File},
    io::{Seek, SeekFrom},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use crate::{
    error::{At, Error, Result},
    header, names,
    prepare::zero,
    reader::{Scan, scan, was_durable},
    snapshot,
};

/// What a start found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The last record that is there; 0 for an empty journal.
    pub last_record: u64,
    pub cut: Option<Cut>,
}

/// Bytes behind the last whole group, which a crash tore and nobody was told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    pub segment: PathBuf,
    pub offset: u64,
    pub bytes: u64,
    pub reason: &'static str,
    /// Where they were copied to before they were cut.
    pub kept: PathBuf,
}

/// The segment to go on writing.
#[derive(Debug)]
pub struct Tail {
    pub file: File,
    pub path: PathBuf,
    pub offset: u64,
    pub next: u64,
    pub cut: Option<Cut>,
}

/// Checks every header and the whole last segment; cuts a torn tail. None: there is no journal yet.
pub fn find_tail(dir: &Path, record_format: u32) -> Result<Option<Tail>> {
    let segments = names::list(dir, names::SEGMENT)?;
    let snapshots = snapshot::list(dir, record_format)?;
    for first in &segments {
        let path = names::path(dir, *first, names::SEGMENT);
        let head = read_head(&path)?;
        header::check(&path, &head, *first, record_format)?;
    }
    let missing = |record, reason: String| Error::Damaged {
        path: dir.to_owned(),
        offset: 0,
        record,
        reason,
    };
    let Some(first) = segments.last().copied() else {
        return match snapshots.last() {
            None => Ok(None),
            Some(name) => Err(missing(
                name.record + 1,
                "there are snapshots but no segments".into(),
            )),
        };
    };

    let path = names::path(dir, first, names::SEGMENT);
    let bytes = fs::read(&path).at(&path)?;
    let scan = scan(&bytes, Scan::start(first), |_| ControlFlow::Continue(()));
    let damaged = |reason: &str| Error::Damaged {
        path: path.clone(),
        offset: scan.offset as u64,
        record: scan.next,
        reason: reason.to_owned(),
    };
    if let Some(newest) = snapshots.last()
        && newest.record >= scan.next
    {
        return Err(damaged(&format!(
            "a snapshot of record {} proves that more had been written",
            newest.record
        )));
    }
    let file = File::options()
        .read(true)
        .write(true)
        .open(&path)
        .at(&path)?;
    let mut cut = None;
    if let Some(reason) = scan.bad {
        if was_durable(&bytes, &scan) {
            return Err(damaged(reason));
        }
        cut = Some(cut_tail(
            dir,
            &path,
            &file,
            &bytes,
            scan.offset,
            scan.next,
            reason,
        )?);
    }
    Ok(Some(Tail {
        file,
        path,
        offset: scan.offset as u64,
        next: scan.next,
        cut,
    }))
}

fn read_head(path: &Path) -> Result<Vec<u8>> {
    use std::io::Read;
    let mut head = Vec::with_capacity(header::LENGTH);
    File::open(path)
        .and_then(|file| file.take(header::LENGTH as u64).read_to_end(&mut head))
        .at(path)?;
    Ok(head)
}

/// Copies what is cut, then leaves zeros: bytes left behind could pass for frames once new ones stand before them.
fn cut_tail(
    dir: &Path,
    path: &Path,
    mut file: &File,
    bytes: &[u8],
    offset: usize,
    next: u64,
    reason: &'static str,
) -> Result<Cut> {
    let end = bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(offset, |last| last + 1)
        .max(offset);
    let kept = names::path(dir, next, names::CUT);
    fs::write(&kept, &bytes[offset..end]).at(&kept)?;
    file.seek(SeekFrom::Start(offset as u64)).at(path)?;
    zero(file, (end - offset) as u64).at(path)?;
    file.sync_all().at(path)?;
    Ok(Cut {
        segment: path.to_owned(),
        offset: offset as u64,
        bytes: (end - offset) as u64,
        reason,
        kept,
    })
}
