//! What a start makes of a folder that a crash, a disk or another version left behind.

use std::{fs, ops::ControlFlow, path::Path};

use cift_journal::{Error, Journal, Options, Reader, Scan, scan_segment, was_durable};
use tempfile::TempDir;

const FORMAT: u32 = 7;

fn options() -> Options {
    Options {
        segment_bytes: 256 << 10,
        group_bytes: 16 << 10,
        record_format: FORMAT,
    }
}

fn record(number: u64) -> Vec<u8> {
    let length = (number * 7919 % 61) as usize;
    let mut bytes = number.to_le_bytes().to_vec();
    // Never ends with a zero: a cut is seen wherever it is made.
    bytes.resize(9 + length, number as u8 | 1);
    bytes
}

/// Writes records up to `last` in groups of 1 to 13, and flushes those for which `sync` says so.
fn fill(journal: &mut Journal, last: u64, sync: impl Fn(u64) -> bool) {
    while journal.last_record() < last {
        journal.reserve().unwrap();
        let first = journal.last_record() + 1;
        for number in first..=last.min(first + first % 13) {
            assert_eq!(journal.append(&record(number)).unwrap(), number);
        }
        journal.write().unwrap();
        if sync(journal.last_record()) {
            journal.sync().unwrap();
        }
    }
}

/// Replays everything, checks every record, gives the last.
fn verify(reader: &Reader, after: u64) -> u64 {
    let mut expected = after + 1;
    reader
        .replay(after, u64::MAX, |number, bytes| {
            assert_eq!(number, expected);
            assert_eq!(bytes, record(number));
            expected += 1;
            ControlFlow::Continue(())
        })
        .unwrap()
}

fn last_segment(dir: &Path) -> std::path::PathBuf {
    let mut segments: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "journal")
        })
        .collect();
    segments.sort();
    segments.pop().unwrap()
}

fn flip(path: &Path, offset: u64) {
    let mut bytes = fs::read(path).unwrap();
    bytes[offset as usize] ^= 0x10;
    fs::write(path, bytes).unwrap();
}

#[test]
fn goes_on_over_segments_and_starts() {
    let dir = TempDir::new().unwrap();
    let mut last = 0;
    for round in 1..=5 {
        let (mut journal, recovery) = Journal::open(dir.path(), options()).unwrap();
        assert_eq!((recovery.last_record, recovery.cut), (last, None));
        last = round * 7_000;
        fill(&mut journal, last, |number| number % 3 == 0);
        assert_eq!(verify(&journal.reader(), 0), last);
        assert_eq!(verify(&journal.reader(), last - 5), last);
    }
    assert!(
        fs::read_dir(dir.path()).unwrap().count() > 5,
        "several segments"
    );
}

#[test]
fn a_cut_at_every_byte_of_the_last_64_kib_loses_no_whole_group() {
    let dir = TempDir::new().unwrap();
    let (mut journal, _) = Journal::open(dir.path(), options()).unwrap();
    // The journal's end in bytes after each of its groups.
    let mut ends = vec![(64, 0)];
    while journal.bytes().unwrap() < 90 << 10 {
        let next = journal.last_record() + 1;
        fill(&mut journal, next + next % 13, |_| true);
        ends.push((journal.bytes().unwrap(), journal.last_record()));
    }
    drop(journal);
    let segment = last_segment(dir.path());
    let whole = fs::read(&segment).unwrap();
    let end = ends.last().unwrap().0;

    let target = TempDir::new().unwrap();
    let path = target.path().join(segment.file_name().unwrap());
    for cut in (end - (64 << 10)..end).rev() {
        // Power failure: zeros where the bytes did not arrive.
        let mut torn = whole.clone();
        torn.truncate(cut as usize + 4096);
        torn[cut as usize..].fill(0);
        // Half of them end with the file instead, as a copy that was interrupted does.
        if cut % 2 == 0 {
            torn.truncate(cut as usize);
        }
        // Only a cut in the padding behind a group leaves that group whole.
        let padding = cut as usize..(cut as usize).next_multiple_of(8);
        let reached = if whole[padding.clone()].iter().all(|byte| *byte == 0) {
            padding.end as u64
        } else {
            cut
        };
        let survivor = ends
            .iter()
            .rev()
            .find(|(offset, _)| *offset <= reached)
            .unwrap();
        let from = ends
            .iter()
            .rev()
            .find(|(offset, _)| offset + 2048 <= cut)
            .unwrap();
        let from = Scan {
            offset: from.0 as usize,
            next: from.1 + 1,
            bad: None,
        };
        let scan = scan_segment(&torn, from, |_| ControlFlow::Continue(()));
        assert_eq!(scan.next, survivor.1 + 1, "cut at {cut}");
        assert!(!was_durable(&torn, &scan), "cut at {cut}");
        // The whole way through the file system is slower: every 97th.
        if cut % 97 == 0 {
            fs::write(&path, &torn).unwrap();
            let (mut journal, recovery) = Journal::open(target.path(), options()).unwrap();
            assert_eq!(recovery.last_record + 1, scan.next);
            assert_eq!(verify(&journal.reader(), 0), recovery.last_record);
            let next = recovery.last_record + 40;
            fill(&mut journal, next, |_| true);
            drop(journal);
            let (journal, recovery) = Journal::open(target.path(), options()).unwrap();
            assert_eq!(
                (recovery.last_record, recovery.cut),
                (next, None),
                "cut at {cut}"
            );
            drop(journal);
            for entry in fs::read_dir(target.path()).unwrap() {
                fs::remove_file(entry.unwrap().path()).unwrap();
            }
        }
    }
}

#[test]
fn a_torn_group_that_was_not_flushed_is_cut_even_where_later_ones_arrived() {
    let dir = TempDir::new().unwrap();
    let (mut journal, _) = Journal::open(dir.path(), options()).unwrap();
    fill(&mut journal, 100, |_| true);
    let (offset, durable) = (journal.bytes().unwrap(), journal.last_record());
    fill(&mut journal, 200, |_| false);
    drop(journal);
    flip(&last_segment(dir.path()), offset + 40);

    let (mut journal, recovery) = Journal::open(dir.path(), options()).unwrap();
    assert_eq!(recovery.last_record, durable);
    let cut = recovery.cut.unwrap();
    assert_eq!(cut.offset, offset);
    assert_eq!(fs::read(&cut.kept).unwrap().len() as u64, cut.bytes);
    // Frames of the same length as the lost ones must not make the bytes behind them speak again.
    fill(&mut journal, 113, |_| true);
    assert_eq!(verify(&journal.reader(), 0), 113);
}

#[test]
fn damage_before_the_tail_stops_the_start_and_changes_nothing() {
    let dir = TempDir::new().unwrap();
    let (mut journal, _) = Journal::open(dir.path(), options()).unwrap();
    fill(&mut journal, 300, |_| true);
    drop(journal);
    let segment = last_segment(dir.path());
    flip(&segment, 500);
    let before = fs::read(&segment).unwrap();
    let error = Journal::open(dir.path(), options()).unwrap_err();
    assert!(
        matches!(&error, Error::Damaged { path, .. } if *path == segment),
        "{error}"
    );
    assert!(error.to_string().contains("damaged at byte"), "{error}");
    assert_eq!(fs::read(&segment).unwrap(), before);
}

#[test]
fn damage_in_an_older_segment_is_found_by_the_replay() {
    let dir = TempDir::new().unwrap();
    let (mut journal, _) = Journal::open(dir.path(), options()).unwrap();
    fill(&mut journal, 20_000, |number| number % 2 == 0);
    flip(&dir.path().join("00000000000000000001.journal"), 70_000);
    let error = journal
        .reader()
        .replay(0, u64::MAX, |_, _| ControlFlow::Continue(()))
        .unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
}

#[test]
fn a_journal_that_ends_before_its_snapshot_is_damaged() {
    let dir = TempDir::new().unwrap();
    let (mut journal, _) = Journal::open(dir.path(), options()).unwrap();
    fill(&mut journal, 50, |_| true);
    let end = journal.bytes().unwrap();
    journal.reader().write_snapshot(50, 0, b"state").unwrap();
    drop(journal);
    flip(&last_segment(dir.path()), end - 20);
    let error = Journal::open(dir.path(), options()).unwrap_err();
    assert!(
        error.to_string().contains("snapshot of record 50"),
        "{error}"
    );
}

#[test]
fn other_versions_and_a_second_writer_are_refused() {
    let dir = TempDir::new().unwrap();
    let (journal, _) = Journal::open(dir.path(), options()).unwrap();
    assert!(matches!(
        Journal::open(dir.path(), options()),
        Err(Error::Locked { .. })
    ));
    drop(journal);
    let other = Options {
        record_format: FORMAT + 1,
        ..options()
    };
    let error = Journal::open(dir.path(), other).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("written as record format 7, this program reads record format 8"),
        "{error}"
    );

    let segment = last_segment(dir.path());
    let mut bytes = fs::read(&segment).unwrap();
    bytes[8] = 9;
    fs::write(&segment, bytes).unwrap();
    let error = Journal::open(dir.path(), options()).unwrap_err();
    assert!(error.to_string().contains("journal version 9"), "{error}");
}

#[test]
fn retention_deletes_what_a_snapshot_covers_and_no_more() {
    let dir = TempDir::new().unwrap();
    let (mut journal, _) = Journal::open(dir.path(), options()).unwrap();
    let reader = journal.reader();
    for last in (5_000..=60_000).step_by(5_000) {
        fill(&mut journal, last, |number| number % 4 == 0);
        journal.sync().unwrap();
        reader
            .write_snapshot(last, last * 2, format!("state {last}").as_bytes())
            .unwrap();
        assert_eq!(
            reader
                .retain(u64::MAX)
                .map(|_| reader.first_record().unwrap())
                .unwrap(),
            1
        );
    }
    assert!(reader.retain(600 << 10).unwrap() > 0);
    let first = reader.first_record().unwrap();
    assert!(first > 1);
    assert!(matches!(
        reader.replay(0, u64::MAX, |_, _| ControlFlow::Continue(())),
        Err(Error::NotKept { .. })
    ));
    let snapshots = reader.snapshots().unwrap();
    assert!(
        snapshots[0].record + 1 >= first,
        "the oldest snapshot can be replayed from"
    );
    assert_eq!(snapshots.last().unwrap().mark, 120_000);
    assert_eq!(
        reader.load(&snapshots[0]).unwrap().body,
        format!("state {}", snapshots[0].record).as_bytes()
    );
    assert_eq!(verify(&reader, snapshots[0].record), 60_000);
    drop(journal);
    let (_, recovery) = Journal::open(dir.path(), options()).unwrap();
    assert_eq!(recovery.last_record, 60_000);
}
