//! Whatever one place of a segment comes to: what is read back is a prefix of what was written, and a record that a
//! whole frame behind says was on disk is never taken for a torn tail.

use std::ops::ControlFlow;

use cift_journal::{Scan, frame::Builder, scan_segment, was_durable};
use proptest::{collection::vec, prelude::*};

const HEADER: usize = 64;

#[derive(Debug, Clone)]
struct Group {
    records: Vec<Vec<u8>>,
    flushed_before: bool,
}

fn group() -> impl Strategy<Value = Group> {
    (vec(vec(any::<u8>(), 0..40), 1..6), any::<bool>()).prop_map(|(records, flushed_before)| {
        Group {
            records,
            flushed_before,
        }
    })
}

struct Segment {
    bytes: Vec<u8>,
    records: Vec<Vec<u8>>,
    /// Of each frame: where it begins, its first record, what was on disk when it was written.
    frames: Vec<(usize, u64, u64)>,
}

fn segment(groups: &[Group]) -> Segment {
    let mut segment = Segment {
        bytes: vec![0; HEADER],
        records: Vec::new(),
        frames: Vec::new(),
    };
    let mut durable = 0;
    for group in groups {
        let first = segment.records.len() as u64 + 1;
        if group.flushed_before {
            durable = first - 1;
        }
        let mut builder = Builder::default();
        group.records.iter().for_each(|record| builder.push(record));
        segment.frames.push((segment.bytes.len(), first, durable));
        segment
            .bytes
            .extend_from_slice(builder.seal(first, durable));
        segment.records.extend(group.records.iter().cloned());
    }
    segment
}

fn read(bytes: &[u8]) -> (Scan, Vec<Vec<u8>>) {
    let mut records = Vec::new();
    let scan = scan_segment(bytes, Scan::start(1), |frame| {
        records.extend(frame.records().map(|(_, record)| record.to_vec()));
        ControlFlow::Continue(())
    });
    (scan, records)
}

proptest! {
    #[test]
    fn a_flipped_byte_is_found_and_judged(groups in vec(group(), 1..12), at in any::<prop::sample::Index>(), mask in 1..=255u8) {
        let mut segment = segment(&groups);
        let end = segment.bytes.len();
        segment.bytes[HEADER + at.index(end - HEADER)] ^= mask;
        segment.bytes.resize(end + 256, 0);
        let (scan, records) = read(&segment.bytes);
        prop_assert_eq!(&records[..], &segment.records[..records.len()]);
        if scan.bad.is_some() {
            let proven = segment.frames.iter().any(|(_, first, durable)| *first > scan.next && *durable >= scan.next);
            prop_assert_eq!(was_durable(&segment.bytes, &scan), proven);
        } else {
            // Only padding was hit.
            prop_assert_eq!(records.len(), segment.records.len());
        }
    }

    #[test]
    fn a_cut_loses_whole_groups_from_its_place_on(groups in vec(group(), 1..12), at in any::<prop::sample::Index>(), zeros in 0..64usize) {
        let mut segment = segment(&groups);
        let cut = HEADER + at.index(segment.bytes.len() - HEADER + 1);
        segment.bytes.truncate(cut);
        segment.bytes.resize(cut + zeros, 0);
        let (scan, records) = read(&segment.bytes);
        prop_assert_eq!(&records[..], &segment.records[..records.len()]);
        let begun = segment.frames.iter().filter(|(begin, ..)| *begin < cut).count();
        let whole = groups[..begun.saturating_sub(1)].iter().map(|group| group.records.len()).sum::<usize>();
        prop_assert!(records.len() >= whole);
        prop_assert!(!was_durable(&segment.bytes, &scan));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in vec(any::<u8>(), 0..2_000)) {
        let (scan, _) = read(&bytes);
        was_durable(&bytes, &scan);
    }
}
