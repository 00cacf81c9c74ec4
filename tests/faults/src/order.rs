//! The order in which an acknowledged recording became durable, read from what strace saw.
//!
//! What was not synced before the answer went out is what a power cut takes away, so the order is the promise.

use std::{collections::HashMap, path::Path};

/// What of a trace counts, in order. A sync counts when it has ended, an answer when it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The bytes of a file, or the names in a folder, are on disk.
    Synced(String),
    /// A file has another name.
    Renamed(String, String),
    /// A 201 goes out.
    Answered,
}

/// For strace: the calls that make steps.
pub const TRACED: &str = "trace=fsync,fdatasync,?rename,?renameat,?renameat2,write,writev,sendto,sendmsg";

/// The steps of a trace.
pub fn steps(trace: &str) -> Vec<Step> {
    let mut unfinished: HashMap<&str, String> = HashMap::new();
    let mut steps = Vec::new();
    for line in trace.lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        if call.contains("HTTP/1.1 201") {
            steps.push(Step::Answered);
        } else if let Some(resumed) = call.strip_prefix("<... ") {
            let end = resumed.split_once("resumed>").map_or("", |(_, end)| end);
            if let Some(begin) = unfinished.remove(thread) {
                steps.extend(step(&format!("{begin}{end}")));
            }
        } else if let Some((begin, _)) = call.split_once("<unfinished") {
            unfinished.insert(thread, begin.trim_end().to_owned());
        } else {
            steps.extend(step(call));
        }
    }
    steps
}

/// A call that has ended well.
fn step(call: &str) -> Option<Step> {
    if !call.trim_end().ends_with("= 0") {
        return None;
    }
    if call.starts_with("fsync(") || call.starts_with("fdatasync(") {
        let path = call.split_once('<')?.1.rsplit_once('>')?.0;
        return Some(Step::Synced(path.to_owned()));
    }
    if call.starts_with("rename") {
        let mut quoted = call.split('"').skip(1).step_by(2);
        return Some(Step::Renamed(quoted.next()?.to_owned(), quoted.next()?.to_owned()));
    }
    None
}

/// Where the one recording of a trace got its name, and where the answer went out.
fn landmarks(steps: &[Step]) -> Result<(usize, &str, &str, usize), String> {
    let renamed = steps.iter().enumerate().find_map(|(at, step)| match step {
        Step::Renamed(from, to) if from.contains("/staging/") => Some((at, from.as_str(), to.as_str())),
        _ => None,
    });
    let (at, from, to) = renamed.ok_or("no recording got its name")?;
    let answered = steps.iter().position(|step| *step == Step::Answered).ok_or("nothing was acknowledged")?;
    Ok((at, from, to, answered))
}

/// The bytes are on disk before the file gets its name.
pub fn bytes_before_name(steps: &[Step]) -> Result<(), String> {
    let (renamed, from, _, _) = landmarks(steps)?;
    let synced = steps[..renamed].iter().any(|step| matches!(step, Step::Synced(path) if path == from));
    if synced { Ok(()) } else { Err(format!("{from} got its name without having been synced")) }
}

/// The name is on disk before the database's last sync, which is before the answer.
pub fn name_before_commit(steps: &[Step]) -> Result<(), String> {
    let (renamed, _, to, answered) = landmarks(steps)?;
    let folder = Path::new(to).parent().ok_or("a recording lies in no folder")?;
    let of_folder = |step: &Step| matches!(step, Step::Synced(path) if Path::new(path) == folder);
    let between = steps.get(renamed..answered).ok_or("the answer went out before the recording had its name")?;
    let named = between.iter().position(of_folder).ok_or_else(|| format!("{} was not synced", folder.display()))?;
    let early = between[..named].iter().any(is_commit);
    if early { Err("the database was synced before the name".to_owned()) } else { Ok(()) }
}

/// The commit is on disk before the answer goes out.
pub fn commit_before_answer(steps: &[Step]) -> Result<(), String> {
    let (renamed, _, _, answered) = landmarks(steps)?;
    let between = steps.get(renamed..answered).ok_or("the answer went out before the recording had its name")?;
    if between.iter().any(is_commit) { Ok(()) } else { Err("the database's log was not synced".to_owned()) }
}

fn is_commit(step: &Step) -> bool {
    matches!(step, Step::Synced(path) if path.ends_with("hearken.db-wal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"11 fsync(9</d/hearken.db-wal>) = 0
12 fsync(13</d/blobs/staging/upl-0.part> <unfinished ...>
13 write(2</dev/null>, "x", 1) = 1
12 <... fsync resumed>)              = 0
12 rename("/d/blobs/staging/upl-0.part", "/d/blobs/wrks_1/upl") = 0
12 fsync(14</d/blobs/wrks_1>)        = 0
11 fdatasync(9</d/hearken.db-wal>)   = 0
13 writev(7<socket:[1]>, [{iov_base="HTTP/1.1 201 Created\r\n", iov_len=20}], 1 <unfinished ...>
13 <... writev resumed>)             = 20
"#;

    #[test]
    fn the_good_order_is_read() {
        let steps = steps(GOOD);
        assert_eq!(steps.len(), 6, "{steps:?}");
        assert_eq!(steps.last(), Some(&Step::Answered));
        assert_eq!(bytes_before_name(&steps), Ok(()));
        assert_eq!(name_before_commit(&steps), Ok(()));
        assert_eq!(commit_before_answer(&steps), Ok(()));
    }

    #[test]
    fn what_is_missing_is_noticed() {
        let without =
            |piece: &str| steps(&GOOD.lines().filter(|line| !line.contains(piece)).collect::<Vec<_>>().join("\n"));
        assert!(bytes_before_name(&without("fsync resumed")).is_err());
        assert!(name_before_commit(&without("wrks_1>")).is_err());
        assert!(commit_before_answer(&without("fdatasync")).is_err());
        assert!(bytes_before_name(&without("201")).is_err());
        let failed = GOOD.replace("fsync resumed>)              = 0", "fsync resumed>) = -1 EIO");
        assert!(bytes_before_name(&steps(&failed)).is_err());
    }
}
