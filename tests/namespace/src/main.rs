//! The processes of the rig: `inside <suite>`, started by the test in new namespaces, and `outside`, started by that one
//! in a namespace of its own.

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["inside", suite] => hearken_namespace::run(suite),
        ["outside"] => hearken_namespace::play(),
        _ => {
            eprintln!("this is a part of the tests of hearken-namespace; run those");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
