/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Special sections: tables whose entries belong to functions.
 *
 * A rule is data: which section, how its entries are told apart, which field
 * names the owner, what the fields mean.  The generic rules stand in
 * special/rules.c; an architecture adds rows of its own (struct arch.special),
 * which come first.
 */
#ifndef KLP_SPECIAL_H
#define KLP_SPECIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arch;
struct arena;
struct diag;
struct elf;
struct elf_reloc;
struct elf_sec;

enum special_flags {
	SPECIAL_TABLE	= 1 << 0,	/* entries, each owned by the code its owner field names */
	SPECIAL_ARRAY	= 1 << 1,	/* a table of which an entry is one plain reference */
	SPECIAL_MEANING	= 1 << 2,	/* part of what its owner means: compared */
	SPECIAL_CONSUMED = 1 << 3,	/* read by the kernel when the patch module loads */
	SPECIAL_TRACE	= 1 << 4,	/* an entry makes its owner traceable by ftrace */
	SPECIAL_RANGES	= 1 << 5,	/* an entry holds up to the next one's address (ORC) */
	SPECIAL_CODE	= 1 << 6,	/* nameless code that the kernel puts in place of other code */
	SPECIAL_LEAVE	= 1 << 7,	/* means nothing to a livepatch: left out */
	SPECIAL_FREED	= 1 << 8,	/* gone once the kernel is up: may not be patched or used */
	SPECIAL_REGISTER = 1 << 9,	/* registers something at boot: a new one would not take effect */
	SPECIAL_STATIC	= 1 << 10,	/* objects are copied with the code that uses them, never paired */
	SPECIAL_BOOT_CONST = 1 << 11,	/* constants that the kernel writes into its code at boot */
	SPECIAL_BOOT_CODE = 1 << 12,	/* other changes to its code at boot: not copyable */
	SPECIAL_SEAL	= 1 << 13,	/* functions that may not be called through pointers (IBT) */
	SPECIAL_CALLBACK = 1 << 14,	/* an empty replacement with bit 15 of the word at 8: a callback */
	SPECIAL_KEYED	= 1 << 15,	/* has a static key or static call key, to be judged */
	SPECIAL_FROM_ENTRY = 1 << 16,	/* distances count from the entry's begin, not from the field */
	SPECIAL_REPL_END = 1 << 17,	/* repl_len is where the reference to the replacement's end is */
	SPECIAL_REFUSED = 1 << 18,	/* only objects of another ABI have it */
	SPECIAL_BOOT_BARRIER = 1 << 19,	/* barriers that the kernel switches on in its own code only */
	SPECIAL_PREFIX	= 1 << 20,	/* an entry may be where its function begins, before the symbol */
	SPECIAL_TOOL	= 1 << 21,	/* what objtool is told of code; the link of a module drops it */
	SPECIAL_MADE	= 1 << 23,	/* objtool makes it, where it passes over the linked module */
	SPECIAL_BEHIND	= 1 << 22,	/* an entry is for the instruction before the place it names */
	SPECIAL_TRAPS	= 1 << 24,	/* an entry is for a trap */
};

#define SPECIAL_NONE (-1)

/* Conditions that tell layouts apart where relocations alone do not. */
enum special_layout_is {
	LAYOUT_FILE	= 1 << 0,	/* the reference at byte 4 leads to a source file's name */
	LAYOUT_HANDLER	= 1 << 1,	/* the reference at byte 8 leads to an exception handler's function */
	LAYOUT_SHORT	= 1 << 2,	/* the last entry may end before its padding */
};

/* One known form of a table's entry. */
struct special_layout {
	uint16_t size;		/* bytes */
	uint16_t refs;		/* bit i: every entry has a reference at byte 4 * i */
	uint16_t may;		/* bit i: an entry may have one there */
	int8_t owner;		/* byte offset of the field that names the owner */
	int8_t line;		/* that of a 16-bit line number, or SPECIAL_NONE */
	int8_t key;		/* that of the static key, or SPECIAL_NONE */
	int8_t repl;		/* that of the reference to replacement code, or SPECIAL_NONE */
	int8_t repl_len;	/* that of its length (one byte); see SPECIAL_REPL_END */
	int8_t orig_len;	/* that of the length of the code replaced */
	uint8_t is;		/* enum special_layout_is */
};

#define SPECIAL_LAYOUTS 6

struct special_rule {
	const char *name;	/* of the section; a '*' at its end stands for any rest */
	uint32_t flags;		/* enum special_flags */
	struct special_layout layouts[SPECIAL_LAYOUTS];	/* ended by size 0 */
};

/* The rule for a section, or NULL: ordinary text or data, judged by its flags. */
const struct special_rule *special_rule(const struct arch *arch, const struct elf_sec *sec);

/* How one section's entries stand: entry i is [starts[i], starts[i + 1]). */
struct special_split {
	const struct arch *arch;
	const struct special_rule *rule;
	const struct special_layout *layout;	/* NULL where entries have no known form */
	uint64_t *starts;	/* nr + 1 of them */
	uint32_t nr;
};

/*
 * Tell apart the entries of a SPECIAL_TABLE section: by sh_entsize, by
 * .discard.annotate_data, as an array of references, by the layouts of one size
 * that fit size and relocations, of which the first counts; entsize (if not 0)
 * is the user's word.  Anything else is an error that lists the candidates.
 */
int special_split(struct special_split *out, const struct elf *elf, const struct elf_sec *sec,
		  const struct special_rule *rule, const struct arch *arch, uint64_t entsize,
		  struct arena *arena, struct diag *diag);

/* ---- SFrame ---- */

/* A section of unwind data in the SFrame format, version 1 to 3. */
struct sframe {
	const struct elf_sec *sec;
	uint8_t version;
	uint64_t header;	/* its size, with what follows it */
	uint64_t index, rows, end;	/* where the descriptions of functions and the rows begin and end */
	uint64_t entry_size;	/* of one description; it begins with the function's address */
	uint64_t rows_at;	/* where in it the offset of its rows stands, of 4 bytes */
	uint32_t nr, nr_rows;
	uint64_t taken;		/* bytes of rows that belong to the functions asked for so far */
};

/* What there is of one function. */
struct sframe_entry {
	uint64_t at;		/* where its description stands */
	uint64_t func_size;
	uint64_t rows, size;	/* where its rows stand, with what precedes them in version 3 */
	uint32_t nr_rows;
};

enum { SFRAME_FLAGS_AT = 3, SFRAME_NR_AT = 8, SFRAME_NR_ROWS_AT = 12, SFRAME_ROWS_SIZE_AT = 16,
       SFRAME_INDEX_AT = 20, SFRAME_ROWS_AT = 24 };
enum { SFRAME_SORTED = 1 << 0 }; /* flag: by address */

/* Both return NULL, or why the section cannot be read; nothing is behind its end.  Each function is
 * asked for once. */
const char *special_sframe_open(struct sframe *s, const struct elf_sec *sec);
const char *special_sframe_entry(struct sframe *s, uint32_t i, struct sframe_entry *e);
/* The relocation of a description's address; NULL: there is not exactly one, of its size. */
const struct elf_reloc *special_sframe_reloc(const struct sframe *s, const struct sframe_entry *e);

/* ---- kinds of memory ---- */
/* The kinds of memory in the running kernel. */
enum storage {
	STORAGE_UNKNOWN,
	STORAGE_CODE,
	STORAGE_DATA,
	STORAGE_READ_ONLY,
	STORAGE_RO_AFTER_INIT,
	STORAGE_INIT,		/* freed after boot or load */
	STORAGE_EXIT,		/* discarded in vmlinux */
	STORAGE_PER_CPU,
	STORAGE_THREAD,
	STORAGE_OWN,		/* a section of the source's choice: where the kernel looks for it */
};

/* The kind of memory that a section of an object or a module becomes; never unknown. */
enum storage special_storage_of(const struct arch *arch, const struct elf_sec *sec);
/* "read-only": what people call it. */
const char *special_storage_text(enum storage storage);

/* True if the kernel reads the section of that name when a module loads. */
bool special_consumed_at_load(const struct arch *arch, const char *section);

/* ---- the kernel's functions to which a line number is handed ---- */

struct line_reporter {
	const char *name;
	unsigned int arg;	/* which of its arguments the line is, from 1; 0: it prints a format */
	unsigned int format;	/* the argument that is the format; those that it prints follow it */
	bool of_bug; /* the argument is an entry of __bug_table, with the format and the line */
	uint32_t min;		/* what is less may be something else, in older kernels */
	unsigned int inserted;	/* in newer kernels that argument, less than min, is before the line's */
	const char *file;	/* it is a static function of that file; NULL: a global one */
};

extern const struct line_reporter special_line_reporters[];
extern const size_t special_nr_line_reporters;

/* ---- the kernel's functions that keep no pointer ---- */

struct special_reader {
	const char *name;
	unsigned int nr;	/* of its arguments */
	uint32_t args;		/* bit i: argument i + 1 is only read, and so is what it leads to */
	bool copies;		/* addresses that they lead to may be found in a copy later */
};

/* The global function of that name; NULL: it is none of them. */
const struct special_reader *special_reader(const char *name);

/* ---- special/debug-lines.c ---- */
/* From that place on, up to the next one, instructions are of that line; 0: of none. */
struct debug_line {
	uint32_t sec;
	uint64_t place;
	uint32_t line;
	size_t order;		/* of two for one place, the later one holds */
};

/* The rows of an object's .debug_line, by section, then place. */
struct debug_lines {
	struct debug_line *v;
	size_t nr, cap;
	bool known;		/* it has been read */
};

/* Read them, into the arena; none if they are not understood. */
void special_debug_lines(struct elf *elf, const struct arch *arch, struct arena *arena,
			 struct debug_lines *lines);
/* The line of the instruction there; 0: not known. */
uint32_t special_debug_line_at(const struct debug_lines *lines, uint32_t sec, uint64_t place);

/* ---- special/line-texts.c ---- */
/* Does printk()'s format say of its argument nr, from 1, that it is a line ("%s:%d", "line %d")? */
bool special_prints_line(const char *fmt, unsigned int nr);
/* Does the text end in "FILE:LINE", and nothing but a space stand before that? */
bool special_ends_in_line(const char *text, const char *file, uint32_t line);
/* How much of the text is before the decimal number at its end: all of it if there is none. */
size_t special_before_number(const char *text);

#endif
