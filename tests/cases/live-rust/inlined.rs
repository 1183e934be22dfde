// SPDX-License-Identifier: GPL-2.0-or-later
//! A function of another module changes that is inlined into its users, and one that core has
//! inlined is used with other arguments.

#[path = "kernel.rs"]
mod kernel;

mod limits {
    pub(crate) struct Limit(pub(crate) u32);

    impl Limit {
        #[inline(always)]
        pub(crate) fn cut(&self, n: u32) -> u32 {
            #[cfg(patched)]
            let n = n.saturating_sub(2);
            n.min(self.0)
        }
    }
}

use limits::Limit;

#[inline(never)]
fn small(n: u32) -> u32 {
    kernel::exported(Limit(4).cut(n))
}

#[inline(never)]
fn large(n: u32) -> u32 {
    kernel::exported(Limit(11).cut(n)) + 1
}

#[inline(never)]
fn unchanged(n: u32) -> u32 {
    kernel::exported(n) + 2
}

#[no_mangle]
pub extern "C" fn probe(n: u32) -> u32 {
    small(n) ^ large(n) ^ unchanged(n)
}
