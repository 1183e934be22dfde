// SPDX-License-Identifier: GPL-2.0-or-later
//! State stays the kernel's: a static of the module, one of a function, and one of the same name
//! in another function.  The patch adds one.

use core::sync::atomic::{AtomicU32, Ordering};

#[path = "kernel.rs"]
mod kernel;

static COUNT: AtomicU32 = AtomicU32::new(100);

#[cfg(patched)]
static ADDED: AtomicU32 = AtomicU32::new(7000);

#[inline(never)]
fn first(n: u32) -> u32 {
    static CALLS: AtomicU32 = AtomicU32::new(0);

    let calls = CALLS.fetch_add(1, Ordering::Relaxed);
    #[cfg(patched)]
    let calls = calls + ADDED.fetch_add(n, Ordering::Relaxed);
    calls + kernel::exported(n)
}

#[inline(never)]
fn second(n: u32) -> u32 {
    static CALLS: AtomicU32 = AtomicU32::new(50);

    CALLS.fetch_add(n, Ordering::Relaxed) + COUNT.load(Ordering::Relaxed)
}

#[inline(never)]
fn third(n: u32) -> u32 {
    COUNT.fetch_add(if cfg!(patched) { n } else { 1 }, Ordering::Relaxed)
}

#[no_mangle]
pub extern "C" fn probe(n: u32) -> u32 {
    first(n) ^ second(n) ^ third(n)
}
