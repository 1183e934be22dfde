// SPDX-License-Identifier: GPL-2.0-or-later
//! Lines move in the whole file: where a panic says that it happened is no change.  One function
//! checks one index more.

#[path = "kernel.rs"]
mod kernel;

#[cfg(patched)]
const MORE: usize = 2;
#[cfg(not(patched))]
const MORE: usize = 1;

static NUMBERS: [u32; 16] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3];

#[inline(never)]
fn unchanged(n: usize) -> u32 {
    NUMBERS[n] + kernel::exported(1)
}

#[inline(never)]
fn divide(n: u32, by: u32) -> u32 {
    n / by
}

#[inline(never)]
fn some(n: Option<u32>) -> u32 {
    n.expect("a number") + kernel::exported(2)
}

#[inline(never)]
fn changed(n: usize) -> u32 {
    NUMBERS[n] + NUMBERS[(n + MORE) % 16]
}

#[no_mangle]
pub extern "C" fn probe(n: u32) -> u32 {
    unchanged(n as usize) + divide(n, n + 1) + some(Some(n)) + changed(n as usize)
}
