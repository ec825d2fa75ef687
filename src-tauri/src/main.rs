//! The program. All of it is in the library, so that the capabilities can be tested without a display.

use std::process::ExitCode;

fn main() -> ExitCode {
    support_kiosk::main()
}
