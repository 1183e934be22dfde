// SPDX-License-Identifier: GPL-2.0-or-later
//! A trait's objects are called through tables that the compiler makes: a method of one
//! implementation changes, and an implementation is added that only new code uses.  It is before
//! the others, which have other numbers then.

#[path = "kernel.rs"]
mod kernel;

trait Shape: Sync {
    fn area(&self, n: u32) -> u32;
    fn edges(&self) -> u32;
}

struct Square;
struct Disc;

#[cfg(patched)]
struct Star;

#[cfg(patched)]
impl Shape for Star {
    fn area(&self, n: u32) -> u32 {
        kernel::exported(n) + 5
    }
    fn edges(&self) -> u32 {
        10
    }
}

impl Shape for Square {
    fn area(&self, n: u32) -> u32 {
        let area = kernel::exported(n) * kernel::exported(n);
        #[cfg(patched)]
        let area = area + 7;
        area
    }
    fn edges(&self) -> u32 {
        4
    }
}

impl Shape for Disc {
    fn area(&self, n: u32) -> u32 {
        kernel::exported(n) * 3
    }
    fn edges(&self) -> u32 {
        0
    }
}

static SHAPES: [&dyn Shape; 2] = [&Square, &Disc];

#[inline(never)]
fn measure(shape: &dyn Shape, n: u32) -> u32 {
    shape.area(n) * 100 + shape.edges()
}

#[inline(never)]
fn pick(n: u32) -> u32 {
    #[cfg(patched)]
    if n == 5 {
        return measure(&Star, n);
    }
    measure(SHAPES[n as usize % 2], n)
}

#[no_mangle]
pub extern "C" fn probe(n: u32) -> u32 {
    pick(n)
}
