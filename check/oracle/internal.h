/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oracle on the meaning of klp diff's output.
 *
 * It knows nothing of how an output is made.  Its model: each function and
 * object of the output corresponds to a range of the patched object's bytes;
 * both must hold the same bytes, and each operand of the one must lead to what
 * corresponds to the target of the other.  What has no name corresponds to
 * what the operands say, and is compared in turn.  In the end every byte of the
 * output must be accounted for.
 *
 * Names: o… is of the output, p… of the patched object.
 */
#ifndef KLP_ORACLE_H
#define KLP_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/check.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/hash.h>
#include <klp/kernel.h>
#include <klp/livepatch.h>
#include <klp/special.h>

/* Where an operand leads. */
struct place {
	uint32_t sec;		/* 0: outside of the object, or absolute */
	int64_t off;		/* in the section; from the symbol; or the value */
	const char *name;	/* outside: of the symbol.  NULL: absolute */
	uint32_t sym;		/* as written */
	bool klp;		/* a livepatch symbol, which is taken apart here: */
	uint64_t pos;
};

struct operand {
	uint64_t at;		/* of its field, in the section */
	uint32_t type;
	uint8_t size;		/* of the field */
	uint32_t mask;		/* its bits in an instruction of 32 bits; 0: all */
	bool resolved;		/* by the assembler: there is no relocation */
	bool branch;		/* the destination of a jump or call */
	int64_t bias;		/* what was added to the addend: to the end of the instruction */
	struct place to;	/* what the processor makes of it */
};

struct operands {
	struct operand *list;
	size_t nr, cap;
};

/* An entry of __klp_relocs. */
struct klp_entry {
	const char *object;	/* with which it is applied */
	uint32_t sec;
	uint64_t at;
	uint32_t sym, type;
	int64_t addend;
	bool used;
};

/* Places of each section, ascending where all sections that lead to it are read. */
struct targets {
	uint64_t **list; /* NULL: nothing is read yet */
	size_t *nr, *cap;
	bool *complete, *read;
};

/* An object among those that are like it (check/oracle/order.c); first: 0: it is not known. */
struct rank {
	uint32_t first, next, last;
	bool led;	 /* of the first one: what leads to the others is in its struct led, too */
	uint32_t nr;	 /* of the first one: how many others there are */
	uint32_t before; /* how many stand before it */
};

/* From where in sections something leads to an object. */
struct led {
	uint32_t sec; /* 0: from nowhere */
	bool several; /* also from other sections; else from places in [low, high] */
	uint64_t low, high;
};

/* A function or object that uses another one, and the next one that does. */
struct use {
	uint32_t by, next; /* next: 1 + its index; 0: none */
};

/* A walk over the sections that may lead into one. */
struct leading {
	uint32_t next, sec, slots;
	bool through; /* only through slots */
};

/* The kinds of bytes in image.data_map. */
enum no_code {
	NO_CODE_DATA = 1,	/* as mapping symbols have it */
	NO_CODE_TRAP,		/* of a trap that decoders take for longer */
};

/* One of the three objects. */
struct image {
	struct elf *elf;
	const struct arch *arch;
	struct arena *arena;
	uint32_t *syms;		/* those with a name and a place, by section, then value */
	uint32_t *first;	/* of a section's in syms; one more than there are sections */
	uint64_t *ends;		/* as syms: where the last of those up to there ends */
	uint64_t *reach;	/* likewise, but for prefixes of functions; NULL: not asked for yet */
	bool *is_label;		/* per symbol: it marks a place in a replacement, and names nothing */
	const char **files;	/* per symbol: its source file; "" for those of the whole kernel */
	struct map names, file_names;
	struct map scopes;	/* symbols by name and file; arena NULL: not asked for yet */
	struct map stems;	/* symbols in sections; see for_each_of_stem() */
	struct map ranked;	/* those that may be alike, by stem; arena NULL: not asked for yet */
	struct rank *ranks;	/* per symbol; NULL: not asked for yet */
	struct led *led;	/* per symbol, of sections that are read; NULL: none is yet */
	bool *led_read, *led_complete; /* per section: what leads from it is in led, what leads into it */
	uint8_t **data_map;	/* per section: what bytes of code are no instructions; NULL: none */
	struct targets targets;	/* where operands lead */
	struct debug_lines debug;
	struct targets ways;	/* where control may come from, and the code there does not say it */
	/* Per section: which have a relocation into it; NULL: not known. */
	uint32_t *leads, *leads_end;

	struct use *uses;	/* what was read of who uses what */
	size_t nr_uses, cap_uses;
	uint32_t *first_use;		/* per symbol; NULL: nothing is read yet */
	bool *uses_read;		/* per section */
	struct map uses_by, named_uses; /* by user, and what it uses or the name of that */

	struct klp_entry *klp;	/* the output's livepatch relocations */
	size_t nr_klp, cap_klp;
	struct map klp_places;
};

/* Bytes of the output and those of the patched object that they stand for. */
struct range {
	uint32_t osec, psec;
	uint64_t ostart, pstart, len;
	uint32_t osym, psym;	/* 0: nameless */
	uint64_t oentry, pentry;/* where the symbols stand, behind a function's prefix */
	bool exact;		/* the length is known: zeros at its end are no padding */
};

/* What the entries of a table have in common. */
struct table {
	const struct image *img;
	const struct elf_sec *sec;
	const struct special_rule *rule;
	const struct special_layout *layout;
};

/* An entry of a table: a kernel has hundreds of thousands. */
struct entry {
	const struct table *table;
	const struct entry *like;	/* of the output: the one that it stands for */
	uint64_t at;
	struct spot {
		int64_t off;
		uint32_t sec;
	} owner;
	uint16_t size;
	bool used;
	bool doubtful;		/* no layout fits the section: seen as a whole */
};

static inline struct place entry_owner(const struct entry *e)
{
	return (struct place){ .sec = e->owner.sec, .off = e->owner.off };
}

struct entries {
	struct entry *list;
	size_t nr, cap;
	const struct entry **by_owner; /* a share for each section; NULL: not asked for yet */
	uint32_t *end;		       /* … that ends there */
	bool *sorted;		       /* … by owner, the table's name, and the place in it */
};

/* How an object uses a symbol. */
enum used_as { USED_POINTER = 1, USED_CALL = 2 };

/*
 * Bytes of a section: a map of them, or stretches where the section is zeroes that no file has: a few
 * bytes of a file can say that there are very many.
 */
struct cover {
	uint8_t *map;		/* NULL: nothing is covered, or there is no data */
	struct covered {
		uint64_t from, to;
	} *v;
	size_t nr, cap;
	bool sorted;		/* … and apart from each other */
};

struct oracle {
	struct arena *arena;
	struct diag *diag;
	const struct arch *arch;
	const struct check_options *opts;
	struct image orig, patched, out;
	const char *object;	/* the kernel object that is patched, as the output says */
	struct exports *exports;	/* NULL: unknown */
	struct {
		const struct types *v; /* NULL: there are none that can be used */
		bool read;
	} types[2];		/* of orig, of patched: oracle_types() */
	struct map depends;		/* other modules that were judged */
	const struct kernel_file *kernel;/* NULL: unknown */
	const struct kernel_file *whole;/* what orig tells, as all of a module; or NULL */
	struct kernel_file **kernels;	/* all that are there */
	size_t nr_kernels;
	uint32_t *same_as; /* per section of patched: oracle_same_as(); NULL: not asked for yet */
	bool same_inputs;	/* orig and patched are the same bytes */

	struct range *named;	/* by osec, ostart */
	size_t nr_named, cap_named;
	struct map named_by_entry; /* by entry_key() of osec and oentry: their indices */
	struct map slot_users;	   /* … by the slots to which they lead; arena NULL: not asked for yet */
	uint32_t *stands_for;	   /* per symbol of out: the one of patched, or 0 */
	struct range *pairs;	/* nameless; those from next_pair on are not compared yet */
	size_t nr_pairs, cap_pairs, next_pair;
	struct map pairs_by_place;	/* of the output */
	struct map pairs_by_block;	/* … by the blocks of bytes in which they have some */
	struct map detours_at;	/* by place_key() of osec and ostart */
	struct range *detours;	/* code that stands for one instruction of patched, at pstart */
	size_t nr_detours, cap_detours;
	uint32_t *redirect_of;	/* per symbol of orig: of out, to which it is; NULL: none is */
	bool *redirected;	/* per symbol of out: the kernel's function is redirected to it */
	uint32_t *copy_of;	/* per symbol of patched: its copy in out */
	uint8_t *anchors;	/* per section of patched, for anchors.c; NULL: not asked yet */
	struct map left;	/* functions of patched without one, by stem; arena NULL: not asked yet */
	uint32_t *taken_by;	/* per symbol of orig: what of patched the output uses it for */
	uint32_t *said;		/* per symbol of patched: what of orig the user says it was;
				 * NOT_FOUND: new.  0: nothing is said */
	uint32_t *counterparts;	/* what is known of each symbol of patched already, for who.c */
	struct cover *ocovered; /* per section: bytes that are accounted for */
	struct cover *pcovered; /* per section: bytes that have a copy */
	uint8_t *sym_used;	/* per symbol of out */
	struct operands oops, pops;	/* of the range that is being compared */

	struct entries oentries, pentries, rentries;	/* of out, patched, orig */
	unsigned int pads;	/* what indirect calls need in the kernel (enum pads) */
	bool knows_pads;	/* they have been found */
	uint8_t *used_as;	/* per symbol of orig: enum used_as; NULL: not known yet */
	struct map maybe_sealed; /* names of functions of which that was said */
	bool knows_traces, traces; /* … that, and that any function of orig can be traced */
	struct map sealed;	   /* of orig: places in .ibt_endbr_seal; arena NULL: not read */
};

#define NOT_FOUND UINT32_MAX

/* Types of one of the inputs, or NULL; they are read when they are asked for first. */
const struct types *oracle_types(struct oracle *o, bool patched);

/* ---- symbols, places ---- */
int image_load(struct image *img, const char *path, struct arena *arena, struct diag *diag);
/* The first symbol of the section at or behind off: an index of img->syms, up to first[sec + 1]. */
uint32_t image_first_at(const struct image *img, uint32_t sec, int64_t off);
/* The symbols at a place, and those at the place of another symbol, that one among them. */
#define for_each_symbol_at(img, at_sec, off, sym)                                                \
	for (uint32_t sym##_i = image_first_at(img, at_sec, off), sym;                           \
	     sym##_i < (img)->first[(at_sec) + 1] &&                                             \
	     (sym = (img)->syms[sym##_i], (int64_t)(img)->elf->syms[sym].value == (off));        \
	     sym##_i++)
#define for_each_name_of(img, of, sym) \
	for_each_symbol_at (img, (img)->elf->syms[of].sec, (int64_t)(img)->elf->syms[of].value, sym)
/* The symbol whose bytes include off, or that stands exactly there; 0: none. */
uint32_t image_sym_at(const struct image *img, uint32_t sec, int64_t off);
/*
 * The outermost symbol in whose bytes, but not at whose begin, off is; 0: none.  (A .set of clang's
 * assembler is as large as the object that it is in.)
 */
uint32_t image_sym_around(const struct image *img, uint32_t sec, int64_t off);
/* How the symbol of another image is to be found here: same name and file.  0: none, or several. */
uint32_t image_find(struct image *img, const char *name, const char *file);
/* All that are called so in a file of that name, or in the whole kernel; file "": in any. */
struct scope {
	const struct map *map;
	const struct map_entry *next, *then;
};
struct scope image_scope(struct image *img, const char *name, const char *file);
uint32_t image_next_in(struct image *img, struct scope *s, const char *file); /* 0: no more */
/* The symbols in [from, to) name nothing from the next image_sort() on.  Are there any? */
bool image_drop_labels(struct image *img, uint32_t sec, int64_t from, int64_t to);
/* List the symbols that name something, by place and by name. */
void image_sort(struct image *img);
bool oracle_is_code(const struct elf_sec *sec);
/* Is the place among slots that hold addresses (ppc64: .toc)? */
bool oracle_in_slots(const struct image *img, const struct place *to);
bool oracle_is_function(const struct elf_sym *sym);
const char *oracle_place_text(const struct image *img, const struct place *to);

/* ---- which of several it is: what the compiler names ---- */
/* Names that differ only in numbers that the compiler gave. */
bool oracle_same_stem(const char *a, const char *b);
bool oracle_is_numbered(const char *name);
/* The symbols in sections whose names have the stem of that name. */
const struct map_entry *image_first_of_stem(struct image *img, const char *name);
#define for_each_of_stem(img, name, e)                                      \
	for (const struct map_entry *e = image_first_of_stem(img, name); e; \
	     e = map_next(&(img)->stems, e))
/* … of those in the map, which has all of which is_in() says so. */
const struct map_entry *image_first_in(struct image *img, struct map *stems, const char *name,
				       bool (*is_in)(const void *arg, uint32_t sym), const void *arg);
/* Compiler-made objects of which each copy of a function has its own. */
bool oracle_is_per_copy(const struct image *img, uint32_t sym);
/* The function of the output at that place: did it use another one of orig's name's stem? */
bool oracle_used_by_another(struct oracle *o, uint32_t osec, uint64_t at, uint32_t orig,
			    uint32_t psym);
/* Is the object of patched one that the original has, and that stands for no other one? */
bool oracle_kernel_has_object(struct oracle *o, uint32_t psym);
/* Is it a constant that changed, and the kernel's of which nobody has an address outside of what
 * the output replaces? */
bool oracle_is_constant_apart(struct oracle *o, uint32_t psym);
/* Has the original a function that does what psym of patched does, but for the number? */
bool oracle_has_equal(struct oracle *o, uint32_t psym);
/* Has patched one that does what orig did, and that is not in the output? */
bool oracle_lives_on(struct oracle *o, uint32_t orig);
/* Full LTO: is the local function of orig in patched by a numbered name, and its name another's? */
bool oracle_was_renumbered(struct oracle *o, uint32_t orig);
/* Do two symbols stand at one place? */
bool oracle_same_symbol_place(const struct image *img, uint32_t a, uint32_t b);
/* Local functions that the compiler makes one, or no longer: was psym of patched orig, and is it now
 * another name of a function that does the same in both? */
bool oracle_is_folded(struct oracle *o, uint32_t orig, uint32_t psym);
/* Has the object addresses inside of copied functions: a table for their jumps? */
bool oracle_holds_labels(const struct oracle *o, uint32_t psym);

/* ---- which of several it is: by their order ---- */
/* Is psym, to which the place in the output leads, not orig, since their order tells them apart? */
bool oracle_is_out_of_order(struct oracle *o, uint32_t osec, uint64_t at, uint32_t orig,
			    uint32_t psym);

/* ---- which of several it is: what the user says of twins ---- */
int oracle_read_said(struct oracle *o);
/* Does the user say that psym was what orig has by that name? */
bool oracle_is_said_called(const struct oracle *o, uint32_t psym, const char *name);

/* ---- which of several it is: who uses it ---- */
/* A walk over what of the output holds a place, or, if that is a slot, what leads to it. */
struct user_walk {
	const struct range *only;
	const struct map_entry *next; /* of slot_users */
};
struct user_walk oracle_users(struct oracle *o, uint32_t osec, uint64_t at);
const struct range *oracle_next_user(const struct oracle *o, struct user_walk *w); /* NULL: no more */
/* May psym have been that one, by its kind and file? */
bool oracle_could_be_in_orig(const struct oracle *o, uint32_t orig, uint32_t psym);
/* What psym of patched was: as orig_named(), or of several the one that its users used; if its
 * file has another name now, that one of all files. */
uint32_t oracle_orig_called(struct oracle *o, const char *name, uint32_t psym);

/* ---- line numbers, in code and in records ---- */
/* Code of orig (a) and patched (b), without what operands fill. */
struct code_pair {
	const uint8_t *a, *b;
	uint64_t size;
	uint32_t asec, bsec;
	uint64_t astart, bstart;
};

/* The text to which the operand leads; NULL: it leads to none. */
const char *oracle_text_at(const struct image *img, const struct operand *op);
/* Do both texts end in a number, and differ in nothing else?  NULL: it is none. */
bool oracle_texts_alike(const char *a, const char *b);
/* Do line numbers that are reported differ, and nothing else? */
bool oracle_only_lines_differ(struct oracle *o, const struct code_pair *c);
/* If bytes, those of sec from start, are a sanitizer's or Rust's record: zero the place in the source. */
void oracle_mask_location(const struct image *img, uint8_t *bytes, const struct elf_sec *sec,
			  uint64_t start, uint64_t size, const struct operands *ops);

/* Is it a sanitizer's record, of which the first operand is the source file's name? */
bool oracle_is_sanitizers_record(const struct image *img, uint32_t sec, uint64_t start,
				 uint64_t size, const struct operands *ops);

/* Distances that two relocations state and that no copy changes are in the bytes. */
void oracle_resolve_distances(struct image *img);

/* ---- what leads where ---- */
/* The operands in [start, end) of a section; of PC-relative ones without a relocation those that
 * lead out of it. */
void image_operands(const struct image *img, uint32_t sec, uint64_t start, uint64_t end,
		    struct operands *ops);
/* … and of those that lead to a place in it. */
void image_all_operands(const struct image *img, uint32_t sec, uint64_t start, uint64_t end,
			struct operands *ops);
/*
 * A label of a string or constant means that one, whatever is added to it: that.  (Clang's tables of
 * distances to strings, each of which is from the table's begin, add the place in the table.)
 */
int64_t image_from_label(const struct image *img, const struct operand *op);
/* Where an operand leads, through a slot that holds the address. */
struct place image_follow(const struct image *img, const struct operand *op);

/* ---- what leads to a place ---- */
/* Go over the sections that may lead into sec, also through slots; some may come twice. */
struct leading image_leading(struct image *img, uint32_t sec);
bool image_next_leading(const struct image *img, struct leading *l, uint32_t *from);
/* Functions and objects with references to what begins where the symbol stands. */
uint32_t image_first_use(struct image *img, uint32_t sym);
#define for_each_user(img, sym, user)                                 \
	for (uint32_t user##_i = image_first_use(img, sym), user;     \
	     user##_i && (user = (img)->uses[user##_i - 1].by, true); \
	     user##_i = (img)->uses[user##_i - 1].next)
bool image_is_used_by(struct image *img, uint32_t sym, uint32_t user);
/* What of that name the user refers to: each value is a symbol.  NULL: nothing. */
const struct map_entry *image_used_so_called(struct image *img, uint32_t user, const char *name);
/* The first place behind off to which something leads or where a symbol stands, or the end. */
uint64_t image_next_target(struct image *img, uint32_t sec, uint64_t off);
/* Does anything lead there? */
bool image_is_target(struct image *img, uint32_t sec, uint64_t off);
/* The first place from *off on, of size bytes from start on, to which control may come otherwise than
 * the code there says: another function's, a table's. */
bool image_next_way(struct image *img, uint32_t sec, uint64_t start, uint64_t size, uint64_t *off);
int image_index_klp(struct oracle *o);

/* ---- ranges and their bytes ---- */
struct diag_where oracle_where(const struct oracle *o, uint32_t osec, uint64_t off);
void oracle_finding(struct oracle *o, uint32_t osec, uint64_t off, const char *id, const char *fmt,
		    ...) __attribute__((format(printf, 5, 6)));
void oracle_compare_named(struct oracle *o);
void oracle_compare_pairs(struct oracle *o);
/* When all is compared: errors for copies of objects that the kernel has. */
void check_copied(struct oracle *o);
/* Compare bytes that have no name; len 0: as far as they reach. */
void oracle_pair_nameless(struct oracle *o, uint32_t osec, uint64_t ooff, uint32_t psec,
			  uint64_t poff, uint64_t len);
/* The first of those in which a byte of the output lies, or NULL. */
const struct range *oracle_pair_at(const struct oracle *o, uint32_t osec, int64_t off);

#define BLOCK_BITS 6
/* The key in pairs_by_block: all that have a byte of that block are listed, as they were made. */
static inline uint64_t oracle_block(uint32_t osec, int64_t off)
{
	return (uint64_t)osec << 40 ^ (uint64_t)off >> BLOCK_BITS;
}

/* Add these bytes of the section; of lists all sections' covers. */
void oracle_cover(struct cover *of, const struct elf_sec *sec, uint64_t off, uint64_t len,
		  struct arena *arena);
bool oracle_is_covered(const struct cover *of, const struct elf_sec *sec, uint64_t off);
/* The first byte from there on that is covered, or is not; the section's size: there is none. */
uint64_t oracle_next_covered(struct cover *of, const struct elf_sec *sec, uint64_t from, bool is);
/* Zeroes in place of what the operands fill; bytes are those from start on. */
void oracle_mask_operands(uint8_t *bytes, uint64_t start, uint64_t len, const struct operands *ops);
bool oracle_bytes_equal(struct oracle *o, const struct range *r, uint64_t *where);

/* A key for a place, which does not tell all places apart. */
static inline uint64_t place_key(uint32_t sec, uint64_t off)
{
	return (uint64_t)sec << 40 ^ off;
}
/* The ranges of symbols that stand at that place of the output. */
#define for_each_named_entry(o, sec, off, r)                            \
	for_each_u64 (&(o)->named_by_entry, place_key(sec, off), r##_e) \
		for (const struct range *r = &(o)->named[r##_e->value]; \
		     r && r->osec == (sec) && r->oentry == (off); r = NULL)

/* ---- which symbol stands for which ---- */
void oracle_find_named(struct oracle *o);

/* ---- what is not accounted for ---- */
void check_rest(struct oracle *o);

/* ---- addresses from the GOT ---- */
/* Rewrite those operands of the output that are made in another way, as if they were not. */
void oracle_undo_far(struct oracle *o, const struct range *r);
/* Where the patched object has a relocation that the loader does not know and the output a
 * distance in the instruction: an operand that leads where the instruction does. */
void oracle_undo_filled(struct oracle *o, const struct range *r);
void check_reach(struct oracle *o, const struct elf_sec *sec, const struct elf_reloc *r);

/* ---- do two operands mean the same? ---- */
struct context {
	const struct range *range;
	bool table;		/* an entry's field: its own function is the copy */
	uint64_t len;		/* how much of nameless bytes it means; 0: as far as they reach */
};
void oracle_match_operand(struct oracle *o, const struct context *c, const struct operand *oo,
			  const struct operand *po);
void oracle_match_operands(struct oracle *o, const struct context *c);
/* How many named ranges of osec begin at off or before: the last of them is one less. */
size_t oracle_last_named(const struct oracle *o, uint32_t osec, int64_t off);
/* True if the place lies in the range, or is its end where nothing else begins. */
bool oracle_includes(const struct range *r, int64_t off);
/* The place of patched that an address in the output stands for; false: none known. */
bool oracle_to_patched(const struct oracle *o, uint32_t osec, int64_t off, uint32_t *psec,
		       int64_t *poff);
const struct range *oracle_named_at(const struct oracle *o, uint32_t osec, int64_t off);

/* ---- what an indirect call may enter ---- */
/* May it enter the function of patched, but not what the original has in its place? */
bool oracle_must_point_to_copy(struct oracle *o, uint32_t psym);
/* A reference to the kernel's function, orig, that stands for one to psym: is it a pointer that
 * cannot be called? */
void check_pointer_to_kernel(struct oracle *o, uint32_t osec, const struct operand *oo, uint32_t psym,
			     uint32_t orig);
/* The same of what another object of the kernel defines. */
void check_pointer_outside(struct oracle *o, uint32_t osec, const struct operand *oo);

/* Is all there to which code may go on from that address (section anchors)? */
void check_anchor(struct oracle *o, uint32_t osec, const struct operand *oo,
		  const struct operand *po);

/* ---- entries of tables, unwind tables ---- */
/* Does the user say that there is no such section? */
bool oracle_is_ignored(const struct oracle *o, const struct elf_sec *sec);
void oracle_collect_entries(struct oracle *o, const struct image *img, struct entries *list);
/*
 * Symbols within the replacements of these entries name nothing of the image.  Where replacements
 * have a section of their own, that tells; on arm64 and LoongArch they are in the function's,
 * behind its end (".subsection 1").
 */
void oracle_drop_replacement_labels(struct image *img, const struct entries *list);
bool oracle_is_subtracted(const struct image *img, const struct operand *op);
/* The targets of an entry's fields; on ppc64, some fields count from the entry's begin. */
void oracle_entry_operands(const struct entry *e, struct operands *ops);
/* The same correction for operands that are known already. */
void oracle_count_from_entry(const struct image *img, const struct special_rule *rule, uint64_t at,
			     struct operands *ops);
/* How far the place that a field means is from what the entry's field begin means. */
int64_t oracle_entry_distance(const struct entry *e, const struct operands *ops, int begin,
			      int field);
/* The field that the given one is the end of: code, or its replacement.  -1: it is no end. */
int oracle_entry_begin_of(const struct entry *e, uint64_t field);
/* Length of the replacement to which an entry's field leads; 0: it is not that field. */
uint64_t oracle_replacement_length(const struct entry *e, const struct operands *ops,
				   uint64_t field);
/* A reference to a replacement of no bytes means nothing, unless it is a callback (F10). */
void oracle_forget_empty(const struct entry *e, struct operands *ops);
void oracle_match_tables(struct oracle *o);
void check_missing_entries(struct oracle *o);
void check_orc(struct oracle *o);
void check_sframe(struct oracle *o);

/* ---- the entries of a function ---- */
/* A walk over those about [from, to) of a section, by the place that they are about. */
struct entry_walk {
	const struct entry **next, **end;
	int64_t to;
};
struct entry_walk oracle_entries_of(struct oracle *o, struct entries *list, uint32_t sec,
				    uint64_t from, uint64_t to);
const struct entry *oracle_next_entry(struct entry_walk *w);
/* The next one that tells what the code does, and that can be told apart. */
const struct entry *oracle_next_meaning(struct entry_walk *w);
/* May the kernel put nops in the place that the entry is about, and nothing else? */
bool oracle_puts_nops(const struct entry *e);
/* The entry that begins there, or NULL; … and that is told apart from others. */
const struct entry *oracle_any_entry_at(const struct entries *list, uint32_t sec, uint64_t at);
const struct entry *oracle_entry_at(const struct entries *list, uint32_t sec, uint64_t at);

/* ---- what is replaced ---- */
/* A section that says what is patched, or one of its strings: nothing of patched. */
bool oracle_is_own_table(const struct oracle *o, const struct elf_sec *sec);
/* The string to which the pointer at a place leads; NULL: it leads to none. */
const char *oracle_string_at(struct oracle *o, const struct elf_sec *sec, uint64_t at);
/* The relocation of that place, NULL: none. */
const struct elf_reloc *oracle_reloc_at(const struct elf_sec *sec, uint64_t at);
/* The kernel's names of modules have no dashes (scripts/Makefile.lib, name-fix). */
bool oracle_same_object(const char *a, const char *b);
void check_klp_funcs(struct oracle *o);
void check_klp_objects(struct oracle *o);

/* ---- the form of the output: sections and relocations, symbols, .modinfo ---- */
void check_relocs(struct oracle *o);
void check_symbols(struct oracle *o);
void check_modinfo(struct oracle *o);

/* ---- does it run? ---- */
/* Does anything that runs lead to the function of patched?  depth: 0. */
bool oracle_can_run(struct oracle *o, uint32_t sym, int depth);

/* ---- against the kernel's file: positions ---- */
/* Is what the kernel has of that name, at that position, the symbol of orig? */
void check_position(struct oracle *o, uint32_t osec, uint64_t at, uint64_t pos, const char *name,
		    uint32_t orig);
/* Does the kernel run another file's definition of orig's weak function? */
void check_weak(struct oracle *o, uint32_t osec, uint64_t at, uint32_t orig);
/* The operand must lead to a global symbol of another source file. */
void check_outside(struct oracle *o, uint32_t osec, const struct operand *oo);

/* ---- against the original ---- */
/* The symbol of orig that has the name and is what psym of patched was; 0: none. */
uint32_t oracle_find_in_orig(struct oracle *o, const char *name, uint32_t psym);
/* The kernel has it: name, in the file of psym (0: of another object). */
void check_kernel_ref(struct oracle *o, uint32_t osec, const struct operand *oo, uint32_t psym);
/*
 * An ordinary reference of the output to what the kernel does not have: another object of the
 * livepatch has to have it.  False also where the exports or the kernel's file are not known.
 */
bool oracle_is_of_others(const struct oracle *o, const struct place *to);
void check_complete(struct oracle *o);
/* Are there new objects that only their section's readers would find? */
void check_registered(struct oracle *o);

/* ---- several names of one place ---- */
/* The kernel redirects the place of orig's symbol, by all of its names, to osym of the output. */
void oracle_note_redirect(struct oracle *o, uint32_t orig, uint32_t osym);
/* The symbol of the output to which orig's is redirected; 0: it is not. */
uint32_t oracle_redirect_of(const struct oracle *o, uint32_t orig);
void check_names(struct oracle *o);

/* ---- places inside of what is replaced ---- */
/* A function of orig that is not redirected, and refers to the symbol's place; 0: there is none. */
uint32_t oracle_kept_user(struct oracle *o, uint32_t orig);
void check_inside(struct oracle *o);

/* ---- what stays in the kernel ---- */
/* The place leads to the kernel's orig, which is psym in patched: is its memory of that kind? */
void check_kept(struct oracle *o, uint32_t osec, uint64_t at, uint32_t orig, uint32_t psym);

/* ---- types ---- */
/* Do copies use objects that exist in another layout, as debugging information tells? */
void check_layouts(struct oracle *o);

/* ---- do two things of the inputs differ? ---- */
/* The section of orig that is this one of patched, in all that it means; 0: that is not sure. */
uint32_t oracle_same_as(struct oracle *o, uint32_t psec);
/* Is what orig has another thing than what patched has? */
bool oracle_symbols_differ(struct oracle *o, uint32_t orig, uint32_t psym);
/* … but for size bytes at off. */
bool oracle_differ_but(struct oracle *o, uint32_t orig, uint32_t psym, uint64_t off, uint64_t size);

/* ---- words of the kernel's data that are set ---- */
/* The section that lists them; NULL: there is none. */
const struct elf_sec *oracle_writes(const struct oracle *o);
/* The operand whose field is there, or NULL. */
const struct operand *oracle_operand_at(const struct operands *ops, uint64_t at);
/* The symbol of patched to which an entry's operand leads, and *orig; 0: none that both have. */
uint32_t oracle_written_object(struct oracle *o, const struct operand *at, uint32_t *orig);
/* Is what differs between the two set, and nothing else? */
bool oracle_is_written(struct oracle *o, uint32_t orig, uint32_t psym);
void check_writes(struct oracle *o);

#endif
