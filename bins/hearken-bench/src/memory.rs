//! How much memory a process has resident, as the kernel counts it.

use std::fs;

use crate::{
    failure::{Failure, OrFail},
    statistics::count,
};

/// In MiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Now.
    pub(crate) resident: f64,
    /// The most so far.
    pub(crate) peak: f64,
}

impl Memory {
    /// Of a process of ours, by its id.
    pub(crate) fn of(process: u32) -> Result<Self, Failure> {
        let file = format!("/proc/{process}/status");
        let status = fs::read_to_string(&file).or_fail(format!("{file} could not be read"))?;
        let read = |name: &str| mebibytes(&status, name).ok_or_else(|| Failure::plain(format!("{file} has no {name}")));
        Ok(Self { resident: read("VmRSS:")?, peak: read("VmHWM:")? })
    }
}

/// The value of a line such as `VmRSS:  12345 kB`.
fn mebibytes(status: &str, name: &str) -> Option<f64> {
    let value = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u32 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(count(kibibytes) / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_kernel_are_read() {
        let status = "Name:\thearken\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        assert_eq!(mebibytes(status, "VmRSS:"), Some(1.0));
        assert_eq!(mebibytes(status, "VmHWM:"), Some(2.0));
        assert_eq!(mebibytes(status, "VmSwap:"), None);
    }
}
