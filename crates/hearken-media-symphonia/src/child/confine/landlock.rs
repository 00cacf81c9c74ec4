//! Landlock: no file and no connection, but for what a program that is started needs to load and to read.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
    path_beneath_rules,
};

use super::Enforcement;

/// The newest set of rights that is asked for; older kernels enforce their part.
const RIGHTS: ABI = ABI::V6;
/// Where programs keep their libraries.
const PROGRAMS: &[&str] = &[
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/bin",
    "/opt",
    "/nix/store",
    "/gnu/store",
    "/snap",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/dev/null",
    "/dev/urandom",
];
/// The recording itself, whatever folder it lies in.
const INPUT: &str = "/proc/self/fd/0";

/// Restricts this process, and what it becomes.
pub(super) fn restrict(program: Option<&Path>) -> Enforcement {
    match enforce(program) {
        Ok(RulesetStatus::FullyEnforced) => Enforcement::Full,
        Ok(RulesetStatus::PartiallyEnforced) => Enforcement::Partial,
        Ok(RulesetStatus::NotEnforced) | Err(_) => Enforcement::None,
    }
}

fn enforce(program: Option<&Path>) -> Result<RulesetStatus, RulesetError> {
    let readable: Vec<PathBuf> = match program {
        Some(program) => PROGRAMS.iter().chain([&INPUT]).map(PathBuf::from).chain([program.to_owned()]).collect(),
        None => Vec::new(),
    };
    let restricted = Ruleset::default()
        .handle_access(AccessFs::from_all(RIGHTS))?
        .handle_access(AccessNet::from_all(RIGHTS))?
        .scope(Scope::from_all(RIGHTS))?
        .create()?
        // Those that are not there are left out.
        .add_rules(path_beneath_rules(readable, AccessFs::from_read(RIGHTS)))?
        .restrict_self()?;
    Ok(restricted.ruleset)
}
