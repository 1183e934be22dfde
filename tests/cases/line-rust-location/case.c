// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The place in the source that Rust's compiler hands to a panic (core::panic::Location: the
 * file's name, its length, line and column) is no change (L1): as rustc 1.78 to 1.95 write it, in
 * a constant without a name in a section of its own.  What only looks like one is.
 */
#include "kernel.h"

#ifdef PATCHED
#define LINE   "203"
#define COLUMN "17"
#define FILE   "drivers/net/base.rs"
#else
#define LINE   "201"
#define COLUMN "9"
#define FILE   "drivers/net/case.rs"
#endif

extern void panic_bounds_check(ulong index, const void *location);

#define CONSTANT(section, flags, label, contents)                    \
	asm(".pushsection " section label ",\"" flags "\",%progbits\n" \
	    ".balign 8\n"                                             \
	    ".Lrust_" label ":\n" contents                            \
	    ".popsection\n")

#define PANICS(function, section, flags, contents)                              \
	CONSTANT(section, flags, #function, contents);                          \
	extern __attribute__((visibility("hidden"))) const char at_##function[] \
		__asm__(".Lrust_" #function);                                   \
	int function(ulong x)                                                   \
	{                                                                       \
		if (x > 3)                                                      \
			panic_bounds_check(x, at_##function);                   \
		return exported((int)x);                                        \
	}

#define RODATA ".rodata..Lanon.7f7cab5871630fc373fd4e1fc54b715c."
#define RELRO  ".data.rel.ro..Lanon.7f7cab5871630fc373fd4e1fc54b715c."

CONSTANT(RODATA, "a", "name", ".ascii \"drivers/net/case.rs\"\n");
CONSTANT(RODATA, "a", "patched_name", ".ascii \"" FILE "\"\n");
CONSTANT(RODATA, "a", "other_name", ".ascii \"drivers/net/case.cc\"\n");
asm(".pushsection .rodata.str1.1,\"aMS\",%progbits,1\n"
    ".Lrust_string: .asciz \"drivers/net/text.rs\"\n"
    ".popsection\n");

#define LOCATION(name, length) LONG_ADDR " .Lrust_" name ", " length "\n.long " LINE ", " COLUMN "\n"

PANICS(panics, RODATA, "a", LOCATION("name", "19"))
PANICS(panics_relocated, RELRO, "aw", LOCATION("name", "19"))
PANICS(panics_terminated, RODATA, "a", LOCATION("string", "19"))

/* Another file; not the name of one; not all of it. */
PANICS(other_file, RODATA, "a", LOCATION("patched_name", "19"))
PANICS(no_source, RODATA, "a", LOCATION("other_name", "19"))
PANICS(other_length, RODATA, "a", LOCATION("name", "18"))
PANICS(long_length, RODATA, "a", LOCATION("name", "20"))
/* More than one of them: a table. */
PANICS(table, RODATA, "a", LOCATION("name", "19") LONG_ADDR " 0\n")
/* A constant that has a name, if only in its section. */
PANICS(named, ".rodata.", "a", LOCATION("name", "19"))
/* Lines and columns begin at 1. */
#undef COLUMN
#define COLUMN "0"
PANICS(no_column, RODATA, "a", LOCATION("name", "19"))
