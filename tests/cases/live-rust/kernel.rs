// SPDX-License-Identifier: GPL-2.0-or-later
//! What the crates use of C, as a kernel's bindings have it.

mod c {
    extern "C" {
        pub(super) fn exported(x: i32) -> i32;
    }
}

/// A function of the kernel that is exported.
#[inline(always)]
pub(crate) fn exported(x: u32) -> u32 {
    // SAFETY: it is a function of its argument alone.
    unsafe { c::exported(x as i32) as u32 }
}
