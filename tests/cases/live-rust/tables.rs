// SPDX-License-Identifier: GPL-2.0-or-later
//! Constant tables: one that the patch changes is a part of each function that indexes it; a
//! static one is an object of the kernel, which stays as it is.

#[path = "kernel.rs"]
mod kernel;

struct Entry {
    key: u32,
    value: u32,
}

const fn table(seed: u32) -> [Entry; 8] {
    let mut table = [const { Entry { key: 0, value: 0 } }; 8];
    let mut i = 0;

    while i < 8 {
        table[i] = Entry { key: i as u32 * seed, value: seed + i as u32 };
        i += 1;
    }
    table
}

#[cfg(patched)]
const FIRST: [Entry; 8] = table(7);
#[cfg(not(patched))]
const FIRST: [Entry; 8] = table(5);
const SECOND: [Entry; 8] = table(3);
static KEPT: [Entry; 8] = table(9);

#[inline(never)]
fn first(n: u32) -> u32 {
    FIRST.iter().find(|e| e.key >= n).map_or(0, |e| kernel::exported(e.value))
}

#[inline(never)]
fn second(n: u32) -> u32 {
    SECOND.iter().find(|e| e.key >= n).map_or(0, |e| kernel::exported(e.value))
}

#[inline(never)]
fn kept(n: u32) -> u32 {
    let entry = &KEPT[n as usize * if cfg!(patched) { 3 } else { 1 } % 8];
    kernel::exported(entry.key ^ entry.value)
}

#[no_mangle]
pub extern "C" fn probe(n: u32) -> u32 {
    first(n) ^ second(n) ^ kept(n)
}
