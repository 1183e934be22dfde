/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel and its modules have: exports, symbols and their positions, ftrace's places,
 * lists of symbols, and ids of symbols.
 */
#ifndef KLP_KERNEL_H
#define KLP_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <klp/special.h>

struct arch;
struct arena;
struct diag;
struct elf;
struct exports;
struct kernel_file;
struct symlist;

/*
 * What the running kernel offers to a livepatch: its exports (kernel/exports.c,
 * from Module.symvers) and its symbols with their positions (kernel/symbols*.c, from
 * a linked vmlinux or a module's .ko; kernel/kallsyms.c, from System.map, the output
 * of nm, or /proc/kallsyms).
 */

/* ---- exports ---- */

struct export
{
	const char *name;
	const char *module;	/* "vmlinux" or the module's name, '-' turned into '_', no path */
	const char *ns;		/* namespace, "" if none */
	bool gpl;
	const char *file;	/* the symvers file that says so */
	uint32_t crc;
	/* The same name in the next file (or line), to notice other CRCs; NULL: there is none. */
	const struct export *next;
};

/* An empty collection in the arena. */
struct exports *exports_new(struct arena *arena);

/*
 * Add what the symvers file at path says (plain or gzip; kernel/exports.c has the
 * columns).  The first file that names a symbol wins.  0, or a negative code with an
 * error (file and line) in diag.
 */
int exports_read(struct exports *x, const char *path, struct diag *diag);

/* Module.symvers beside or above path, the nearest one; NULL: there is none. */
const char *exports_nearest(struct arena *arena, const char *path);

/* NULL if nothing that was read exports name. */
const struct export *exports_find(const struct exports *x, const char *name);

/* Number of symbols; 0 also if no file was read. */
size_t exports_count(const struct exports *x);

/* The namespace names the only modules that may import it: a livepatch is none of them. */
static inline bool export_for_named_modules(const struct export *e)
{
	return !strncmp(e->ns, "module:", strlen("module:"));
}

/* ---- positions ---- */

/*
 * One entry that kallsyms of the object lists.  A module has two lists: its
 * whole symbol table while it loads, and what is left of it once it is live and
 * its init sections are gone.  The kernel counts in the one of the moment at
 * which it applies the patch, so a position has to be right in both.
 */
struct kernel_sym {
	const char *name;
	uint64_t addr, size;	/* of a .ko: value in its section; size 0: the file does not tell */
	uint64_t room;		/* the size, or of an image: the bytes up to the next symbol */
	const char *file;	/* name of its STT_FILE group; NULL for globals or if unknown */
	bool func;		/* in executable code */
	bool global;		/* text about a live module: exported */
	bool weak;		/* weak, and no other definition has taken its place */
	bool no_scope;		/* it is not known whether it is global */
	bool freed;		/* of vmlinux, in memory that is gone after boot (symlist.h) */
	uint32_t nth;		/* 1, 2, … among the entries of its name */
	uint32_t of;		/* how many there are: 1 means the position to write is 0 */
	uint32_t live_nth;	/* the same once a module is live; 0: not listed any more */
	uint32_t live_of;	/* (vmlinux: equal to nth and of) */
	uint32_t group;		/* of a local: its STT_FILE symbol in kernel_file_elf(); 0: unknown */
	uint32_t index;		/* its symbol in kernel_file_elf(), or its line in the text */
};

#define KERNEL_POS_GONE	   (-1)	/* in an init section: nothing may refer to it later */
#define KERNEL_POS_DIFFERS (-2)	/* one position while the module loads, another once it is live */

/* The <sympos> of livepatch symbols and functions: 0 if the name is unique, else nth. */
static inline int64_t kernel_sym_pos(const struct kernel_sym *s)
{
	if (!s->live_nth)
		return KERNEL_POS_GONE;
	if (s->of == 1)
		return 0;
	return s->nth == s->live_nth ? (int64_t)s->nth : KERNEL_POS_DIFFERS;
}

/* The symbols of one object: vmlinux, or a module. */

/*
 * Read the linked kernel or module at path: by address (then symbol-table order)
 * for vmlinux, symbol-table order for a module, leaving out what kallsyms leaves
 * out (6.12: scripts/mksysmap, scripts/kallsyms.c; kernel/module/kallsyms.c).
 * Or what a boot loader is given (vmlinuz, bzImage, Image, EFI zboot), or a linked kernel that is
 * stripped: then they are the entries of kallsyms in it.  All of these may be packed.
 * Or System.map, the output of nm [-n] [-S] on vmlinux, or /proc/kallsyms, as
 * text or gzip: then *out is vmlinux, and the modules that /proc/kallsyms lists
 * are found by kernel_file_module().
 */
int kernel_file_open(struct kernel_file **out, const char *path, struct arena *arena,
		     struct diag *diag);

/*
 * The same of an object, of which elf is all: the symbols that the module has, in its order, if it is
 * what kbuild links the module from (scripts/Makefile.modfinal: NAME.o comes first, before
 * NAME.mod.o); else NULL.  A part of a module has another name, and what is built in writes
 * "NAME.license=" where a module has "license=" (include/linux/moduleparam.h).
 */
struct kernel_file *kernel_file_of_whole_module(const struct elf *elf, const char *object,
						struct arena *arena, struct diag *diag);

/* "vmlinux", or the module's name ('-' turned into '_'; .modinfo name=, else the file's name). */
const char *kernel_file_object(const struct kernel_file *k);

/* As given to kernel_file_open(). */
const char *kernel_file_path(const struct kernel_file *k);

/* The file's symbols of that object: k itself, a module of /proc/kallsyms, or NULL. */
const struct kernel_file *kernel_file_module(const struct kernel_file *k, const char *object);

/*
 * True for a module of /proc/kallsyms: only the list of the live module is
 * known.  Where a name occurs in its init sections too, nth holds for the live
 * module alone (the .ko tells both).
 */
bool kernel_file_live_only(const struct kernel_file *k);

/* The entries of that name, in position order; *nr of them, NULL if there is none. */
const struct kernel_sym *kernel_file_find(const struct kernel_file *k, const char *name,
					  size_t *nr);

/* All entries in the file's order: the neighbours of a symbol and its STT_FILE group. */
const struct kernel_sym *const *kernel_file_syms(const struct kernel_file *k, size_t *nr);

/*
 * True for an image, or a linked kernel without a symbol table: its symbols are those that
 * kallsyms lists in it, by address, and have no sizes and source files.
 */
bool kernel_file_from_tables(const struct kernel_file *k);

/*
 * The ELF file behind it (contents, sections, types), NULL for text.  One that is made of an
 * image has room for sizes.
 */
const struct elf *kernel_file_elf(const struct kernel_file *k);

/* ---- what ftrace can redirect ---- */
/* Whether the file says where ftrace's places are. */
bool kernel_traces(const struct kernel_file *k);
/*
 * Whether ftrace can redirect a function: a place is in it, or before its begin where no
 * other function is.  True if that cannot be told, as without an ELF file, or where vmlinux's
 * table is filled in at boot only.
 */
bool kernel_may_trace(const struct kernel_file *k, const struct kernel_sym *s);

/* ---- indirect calls ---- */
/* Which of the pads (enum pads) the function does not have in the file, as far as that tells. */
unsigned int kernel_lacks_pads(const struct kernel_file *k, const struct kernel_sym *s,
			       const struct arch *arch, unsigned int pads);
/* Whether a function called user holds the address of s in the file, for whatever use. */
bool kernel_function_holds(const struct kernel_file *k, const char *user, const struct kernel_sym *s,
			   const struct arch *arch);
/* Whether a call of the function through a pointer traps, as IBT seals its ENDBR64 at boot or load. */
bool kernel_sealed(const struct kernel_file *k, const struct kernel_sym *s);

/* ---- in which memory a symbol is ---- */
/*
 * What kind of memory s has: by its section in a module, by its address in vmlinux
 * (STORAGE_READ_ONLY is also what is so after init).  STORAGE_UNKNOWN if the file does not tell.
 */
enum storage kernel_storage(const struct kernel_file *k, const struct arch *arch,
			    const struct kernel_sym *s);
/* The alignment that s is sure to have, a power of two; 0: unknown. */
uint64_t kernel_alignment(const struct kernel_file *k, const struct kernel_sym *s);

/*
 * What check_modinfo() of kernel/module/main.c compares with a module's: vmlinux's variable
 * vermagic, or what a module says; NULL: the file does not tell.
 */
const char *kernel_file_vermagic(const struct kernel_file *k);

/* Whether a module's own file says that it depends on that one (modpost's depends=). */
bool kernel_file_depends(const struct kernel_file *k, const char *module);

/* The GNU build-id, *len bytes; NULL if there is none. */
const uint8_t *kernel_file_build_id(const struct kernel_file *k, size_t *len);

/*
 * Where .klp.symid puts the symbol of vmlinux.o that has this id.  False if the
 * file has no such id, or the id twice.
 */
bool kernel_file_symid(const struct kernel_file *k, uint64_t id, uint64_t *addr);

/* A module's name from its file's path: no directory, no .ko, .ko.xz… or .o, '-' turned into '_'. */
char *kernel_module_of_path(struct arena *arena, const char *path);

/*
 * The symbols of a kernel and its modules, from linked objects,
 * directories of them, or the list that klp symbols makes of them:
 *
 *	klp-convert-symbol-data.0.1
 *	*vmlinux
 *	startup_64
 *	…
 *	*ext4
 *	…
 *
 * An object's symbols stand in the order in which livepatch counts positions.
 * A symbol of a module that vanishes with the module's init sections is left
 * out; if the same name stays elsewhere in that module, which changes its
 * position, the one that vanishes has " init" behind its name.
 */

#define SYMLIST_MAGIC "klp-convert-symbol-data.0.1"

/* An empty collection in the arena. */
struct symlist *symlist_new(struct arena *arena, struct diag *diag);

/*
 * Add the objects of path: a list (plain or gzip), a linked kernel or module, a
 * System.map, or a directory, of which all vmlinux, *.ko and lists (*.klp,
 * *.list, with .gz too) are taken, those of its subdirectories too.  A file that
 * was read already is passed over; an object that two files define is an error,
 * and so is a compressed module in a directory.
 * 0, or a negative code with one error in diag.
 */
int symlist_add(struct symlist *l, const char *path);

/* The objects, in the order in which they came. */
size_t symlist_count(const struct symlist *l);
const struct kernel_file *symlist_at(const struct symlist *l, size_t i);

/* The object of that name, NULL if it is not known. */
const struct kernel_file *symlist_find(const struct symlist *l, const char *object);

/* The object that has EXPORT_SYMBOL of name (its __ksymtab_ entry), NULL if there is none. */
const struct kernel_file *symlist_exporter(const struct symlist *l, const char *name);

/* True if some object exports something at all: then the lists tell what is exported. */
bool symlist_has_exports(const struct symlist *l);

/*
 * Write the list to path, gzip if its name ends in .gz; NULL: to standard output.
 * 0, or a negative code with one error in diag; the file is then as it was.
 */
int symlist_write(const struct symlist *l, const char *path);

/*
 * .klp.symid: what ties symbols of vmlinux.o to their addresses in the vmlinux
 * that is linked from it.  Entries of 16 bytes, { u64 id; u64 addr; }; addr is
 * relocated to the symbol, so that the linker fills it in.
 */

#define SYMID_SECTION ".klp.symid"
#define SYMID_SIZE 16
#define SYMID_ID 0
#define SYMID_ADDR 8

struct symid {
	uint64_t id;
	bool known;		/* the symbol has one */
};

/*
 * The ids of all of elf's symbols, by number, in the arena: what its own .klp.symid
 * says, otherwise what symid_write() would write.
 */
const struct symid *symid_all(const struct elf *elf, struct arena *arena);

/*
 * Write .klp.symid into the object at path, in place of an older one.  0, or a
 * negative code with an error in diag; the file is then as it was.
 */
int symid_write(const char *path, struct arena *arena, struct diag *diag);

#endif
