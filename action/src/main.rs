//! The program `lockkeeper`.

use std::process::{self, ExitCode};
use std::{panic, thread};

use clap::Parser;
use lockkeeper::{Outcome, cli, run};

/// A review makes many small values and keeps them: the C library's allocator asks the kernel for a page at a time, which
/// took half of the time on a file of 10,000 statements, and musl's is slower still. This one is as fast as mimalloc with
/// half of the memory, and small.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// Room for deeply nested SQL, everywhere the same: a main thread has 8 MiB on Linux and 1 MiB on Windows.
const STACK_BYTES: usize = 16 << 20;

fn main() -> ExitCode {
    // A panic says what it is; to the caller it means that nothing was established, also where it does not unwind.
    let say = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        say(panic);
        process::exit(2);
    }));
    let arguments = cli::Arguments::parse();
    let worker = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || run(&arguments));
    let outcome = worker.map_or(Outcome::Unable, |worker| worker.join().unwrap_or(Outcome::Unable));
    outcome.into()
}
