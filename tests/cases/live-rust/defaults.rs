// SPDX-License-Identifier: GPL-2.0-or-later
//! A trait's default method changes: each type that has none of its own has an instance of it,
//! in code and in its table.

#[path = "kernel.rs"]
mod kernel;

trait Driver: Sync {
    fn id(&self) -> u32;

    #[inline(never)]
    fn probe(&self, n: u32) -> u32 {
        let id = self.id();
        #[cfg(patched)]
        let id = id.wrapping_mul(3);
        kernel::exported(n) + id
    }
}

struct Net;
struct Disk;
struct Own;

impl Driver for Net {
    #[inline(never)]
    fn id(&self) -> u32 {
        kernel::exported(10)
    }
}

impl Driver for Disk {
    #[inline(never)]
    fn id(&self) -> u32 {
        kernel::exported(20)
    }
}

impl Driver for Own {
    #[inline(never)]
    fn id(&self) -> u32 {
        kernel::exported(30)
    }
    fn probe(&self, n: u32) -> u32 {
        n + self.id()
    }
}

static DRIVERS: [&dyn Driver; 3] = [&Net, &Disk, &Own];

#[no_mangle]
pub extern "C" fn probe(n: u32) -> u32 {
    DRIVERS[n as usize % 3].probe(n) + Net.probe(n + 1)
}
