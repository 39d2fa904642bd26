// SPDX-License-Identifier: MIT OR Apache-2.0
//
//! What a plain program in Rust does: arguments, environment, a hash map, which wants random bytes,
//! formatted floating point, standard error, the clocks, sleep, a file that is not there, an exit
//! status.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

fn main() {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for word in std::env::args().skip(1) {
        *counts.entry(word).or_insert(0) += 1;
    }
    let mut words: Vec<_> = counts.iter().collect();
    words.sort();
    println!("{:?}", words);
    eprintln!("{:.3} {}", 355.0 / 113.0, std::env::var("PLACE").unwrap_or_default());

    let before = Instant::now();
    std::thread::sleep(Duration::from_millis(20));
    println!("slept long enough: {}", before.elapsed() >= Duration::from_millis(20));
    println!("time is there: {}", SystemTime::now() > SystemTime::UNIX_EPOCH);
    println!("file refused: {}", std::fs::read("file").is_err());
    std::process::exit(counts.len() as i32);
}
