// SPDX-License-Identifier: GPL-2.0-or-later
//! Matches on an enum become jump tables, and tables of values: an enum gets another variant.

#[path = "kernel.rs"]
mod kernel;

#[derive(Clone, Copy)]
enum State {
    Off,
    Idle,
    Busy(u32),
    Slow { by: u32 },
    Gone,
    #[cfg(patched)]
    Lost(u32, u32),
}

#[inline(never)]
fn state(n: u32) -> State {
    match n % 7 {
        0 => State::Off,
        1 => State::Idle,
        2 => State::Busy(n),
        3 => State::Slow { by: n * 2 },
        #[cfg(patched)]
        4 => State::Lost(n, 9),
        _ => State::Gone,
    }
}

#[inline(never)]
fn weight(state: State) -> u32 {
    match state {
        State::Off => 0,
        State::Idle => kernel::exported(1),
        State::Busy(n) => kernel::exported(n) + 3,
        State::Slow { by } => kernel::exported(by + 1) ^ by,
        State::Gone => 77,
        #[cfg(patched)]
        State::Lost(n, m) => kernel::exported(n + m),
    }
}

/// Neither this one nor its table of jumps changes.
#[inline(never)]
fn unchanged(n: u32) -> u32 {
    match n {
        0 => kernel::exported(4),
        1 => kernel::exported(n) + 2,
        2 => kernel::exported(n + 8) ^ 1,
        3 => 5,
        4 => kernel::exported(9) * 2,
        5 => kernel::exported(9) * 3 + n,
        _ => n,
    }
}

#[inline(never)]
fn named(n: u32) -> u32 {
    match n {
        0 => 11,
        1 => 7,
        2 => 23,
        3 => 5,
        #[cfg(patched)]
        4 => 1000,
        5 => 13,
        _ => 0,
    }
}

#[no_mangle]
pub extern "C" fn probe(n: u32) -> u32 {
    weight(state(n)) * 10000 + unchanged(n) + named(n)
}
