// SPDX-License-Identifier: GPL-2.0-or-later
//! Strings have a length beside their address, and no end of their own.  One is another one in
//! the patched crate, one is longer, and two functions use a third.

#[path = "kernel.rs"]
mod kernel;

#[inline(never)]
fn hash(text: &str) -> u32 {
    text.bytes().fold(7, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte as u32))
}

#[cfg(patched)]
const NAMES: [&str; 3] = ["eth", "wireless", "lo"];
#[cfg(not(patched))]
const NAMES: [&str; 3] = ["eth", "wlan", "lo"];

#[inline(never)]
fn name(n: u32) -> u32 {
    hash(NAMES[n as usize % 3])
}

#[inline(never)]
fn message(n: u32) -> u32 {
    #[cfg(patched)]
    let text = "is gone";
    #[cfg(not(patched))]
    let text = "is here";
    hash(if n > 4 { text } else { "unknown" })
}

#[inline(never)]
fn unchanged(n: u32) -> u32 {
    hash(if n > 6 { "unknown" } else { "known" }) + kernel::exported(n)
}

#[no_mangle]
pub extern "C" fn probe(n: u32) -> u32 {
    name(n) ^ message(n) ^ unchanged(n)
}
