/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declarations that the files of kernel/ share; other rooms use klp/kernel.h.
 */
#ifndef KLP_SYMBOLS_PRIVATE_H
#define KLP_SYMBOLS_PRIVATE_H

#include <klp/hash.h>
#include <klp/kernel.h>

struct boot_image;
struct text;

/* An entry as it was read, before it is counted. */
struct kernel_entry {
	struct kernel_sym sym;	/* without nth, of, live_nth, live_of */
	bool live;		/* still listed once the object is live */
};

struct kernel_file {
	struct arena *arena;
	struct diag *diag;
	const char *path;
	const char *object;
	const struct elf *elf;			/* NULL: text */
	bool live_only;
	bool from_tables;			/* those of kallsyms: no sizes, files, order */
	bool unplaced;				/* addresses count from the image's begin */

	struct kernel_entry *entries;		/* as read, in the file's order */
	size_t nr, cap;
	struct kernel_sym *syms;		/* by name, in position order within a name */
	const struct kernel_sym **in_order;	/* the same in the file's order */
	struct map names;			/* → the first of that name in syms */

	uint64_t *traced; /* ftrace's places, sorted */
	size_t nr_traced, cap_traced;
	bool knows_traced;			/* the file tells what ftrace can redirect */

	const uint8_t *build_id;
	size_t build_id_len;
	const uint8_t *symids;			/* .klp.symid: { u64 id; u64 addr; } */
	struct map ids;				/* id → offset in symids */

	struct map modules;			/* of /proc/kallsyms → module_files */
	struct kernel_file **module_files;
	size_t nr_modules, cap_modules;
};

struct kernel_file *kernel_file_new(const char *path, const char *object, struct arena *arena,
				    struct diag *diag);

/*
 * Read what text is the begin of: kernel_file_open() of a file that is open
 * already.
 */
int kernel_file_read(struct kernel_file **out, struct text *text, struct arena *arena,
		     struct diag *diag);

/* Append an entry; valid until the next one is added. */
struct kernel_entry *kernel_file_add(struct kernel_file *k);

/* Count the entries: by address first if by_address, else in the file's order. */
void kernel_file_count(struct kernel_file *k, bool by_address);

/* True for what scripts/mksysmap and scripts/kallsyms.c leave out because of its name. */
bool kernel_ignores_name(const char *name);

/* True for the few absolute symbols that scripts/kallsyms.c keeps. */
bool kernel_keeps_absolute(const char *name);

/*
 * Read the linked kernel or module in elf, or the list in text,
 * into k, and count: 0, or a negative code with one error in k->diag.
 */
int kernel_file_read_elf(struct kernel_file *k, struct elf *elf);
/* The entries of a linked kernel without symbols, from its tables of kallsyms; so, of a raw image. */
int kernel_file_read_stripped(struct kernel_file *k, struct elf *elf);
int kernel_file_read_raw(struct kernel_file *k, const struct boot_image *image);
/* Count the entries of k->elf, and read what else it tells. */
int kernel_file_finish_elf(struct kernel_file *k, bool module);
/* k is vmlinux then, and has the modules of the list. */
int kernel_file_read_text(struct kernel_file *k, struct text *text);

#endif
