// SPDX-License-Identifier: GPL-2.0-or-later
//! A generic function and a method of a generic type change in what is the same for all types;
//! of each, the instances that are there are replaced.

#[path = "kernel.rs"]
mod kernel;

trait Unit {
    const SCALE: u32;
    fn amount(&self) -> u32;
}

struct Metres(u32);
struct Miles(u32);

impl Unit for Metres {
    const SCALE: u32 = 1;
    fn amount(&self) -> u32 {
        self.0
    }
}

impl Unit for Miles {
    const SCALE: u32 = 1609;
    fn amount(&self) -> u32 {
        self.0
    }
}

#[inline(never)]
fn metres<T: Unit>(unit: &T) -> u32 {
    #[cfg(patched)]
    if unit.amount() > 7 {
        return kernel::exported(unit.amount()) + T::SCALE;
    }
    kernel::exported(unit.amount() * T::SCALE)
}

struct Pair<T> {
    first: T,
    second: T,
}

impl<T: Unit> Pair<T> {
    #[inline(never)]
    fn sum(&self) -> u32 {
        let sum = metres(&self.first) + metres(&self.second);
        #[cfg(patched)]
        let sum = sum ^ T::SCALE;
        sum
    }
}

/// This one does not change, and neither do its instances.
#[inline(never)]
fn twice<T: Unit>(unit: &T) -> u32 {
    metres(unit) * 2
}

#[no_mangle]
pub extern "C" fn probe(n: u32) -> u32 {
    let miles = Pair { first: Miles(n), second: Miles(n + 2) };
    let metres = Pair { first: Metres(n), second: Metres(n * 3) };

    miles.sum() + metres.sum() + twice(&Miles(n)) + twice(&Metres(n))
}
