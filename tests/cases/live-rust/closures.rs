// SPDX-License-Identifier: GPL-2.0-or-later
//! Closures have numbers for names, in their order in the source, and the patch puts one before the
//! others: they are what they were.  Further, one of them changes: nothing tells which one it was,
//! and a static keeps pointers to them.

use core::sync::atomic::{AtomicPtr, Ordering};

#[path = "kernel.rs"]
mod kernel;

static LAST: AtomicPtr<()> = AtomicPtr::new(core::ptr::null_mut());

/// Keeps what was handed to it, and calls what was handed to it before.
#[inline(never)]
fn keep(f: fn(u32) -> u32, n: u32) -> u32 {
    let last = LAST.swap(f as *mut (), Ordering::Relaxed);

    if last.is_null() {
        return 1;
    }
    // SAFETY: only such functions are stored.
    let last: fn(u32) -> u32 = unsafe { core::mem::transmute(last) };
    last(n)
}

#[inline(never)]
fn apply(f: &dyn Fn(u32) -> u32, n: u32) -> u32 {
    f(n) + f(n + 1)
}

#[inline(never)]
fn choose(n: u32) -> u32 {
    #[cfg(patched)]
    if n == 9 {
        return keep(|x| kernel::exported(x + 99), n);
    }
    match n % 3 {
        0 => keep(|x| kernel::exported(x + 10), n),
        1 => keep(
            |x| {
                let x = kernel::exported(x + 20);
                #[cfg(further)]
                let x = x ^ 0x100;
                x
            },
            n,
        ),
        _ => apply(&|x| kernel::exported(x ^ n), n),
    }
}

#[no_mangle]
pub extern "C" fn probe(n: u32) -> u32 {
    choose(n)
}
