//! Any bytes as a segment: a walk over them never panics and never leaves them. And a real segment, hurt in one place:
//! what is read back is a prefix of what was written, and a record that a whole frame behind says was on disk is
//! never taken for a torn tail.
#![no_main]

use std::ops::ControlFlow;

use arbitrary::{Arbitrary, Unstructured};
use cift_journal::{Scan, frame::Builder, scan_segment, was_durable};
use libfuzzer_sys::fuzz_target;

const HEADER: usize = 64;

#[derive(Debug, Arbitrary)]
struct Group {
    records: Vec<Vec<u8>>,
    flushed_before: bool,
}

#[derive(Debug, Arbitrary)]
enum Harm {
    None,
    Cut { at: u16, zeros: u8 },
    Flip { at: u16, mask: u8 },
}

fn read(segment: &[u8]) -> (Scan, Vec<Vec<u8>>) {
    let mut records = Vec::new();
    let scan = scan_segment(segment, Scan::start(1), |frame| {
        for (number, record) in frame.records() {
            assert_eq!(number, records.len() as u64 + 1);
            records.push(record.to_vec());
        }
        ControlFlow::Continue(())
    });
    assert_eq!(scan.next, records.len() as u64 + 1);
    (scan, records)
}

fuzz_target!(|bytes: &[u8]| {
    let (scan, _) = read(bytes);
    let _ = was_durable(bytes, &scan);

    let mut input = Unstructured::new(bytes);
    let Ok((groups, harm)) = <(Vec<Group>, Harm)>::arbitrary(&mut input) else {
        return;
    };
    let mut segment = vec![0; HEADER];
    let (mut written, mut durable) = (Vec::new(), 0);
    // Where each frame begins, and what was on disk by then.
    let mut frames = Vec::new();
    for group in groups.iter().filter(|group| !group.records.is_empty()) {
        if group.flushed_before {
            durable = written.len() as u64;
        }
        let mut builder = Builder::default();
        group.records.iter().for_each(|record| builder.push(record));
        frames.push((segment.len(), written.len() as u64 + 1, durable));
        segment.extend_from_slice(builder.seal(written.len() as u64 + 1, durable));
        written.extend(group.records.iter().cloned());
    }
    let end = segment.len();
    segment.resize(end + 256, 0);
    let (harmed, from) = match harm {
        Harm::Flip { at, mask } if mask != 0 && end > HEADER => {
            let at = HEADER + usize::from(at) % (end - HEADER);
            segment[at] ^= mask;
            (Some(at), end)
        }
        Harm::Cut { at, zeros } => {
            let at = HEADER + usize::from(at) % (end - HEADER + 1);
            segment.truncate(at);
            segment.resize(at + usize::from(zeros), 0);
            (Some(at), at)
        }
        _ => (None, end),
    };
    let (scan, records) = read(&segment);
    assert_eq!(records, written[..records.len()]);
    if harmed.is_none() {
        assert_eq!((records.len(), scan.bad), (written.len(), None));
    }
    if scan.bad.is_some() {
        let proven = frames
            .iter()
            .any(|(begin, first, durable)| *begin < from && *first > scan.next && *durable >= scan.next);
        assert_eq!(was_durable(&segment, &scan), proven);
    }
});
