// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp checksum: options, and the list of a dry run.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include <klp/object.h>
#include <klp/term.h>
#include <klp/text.h>

#include "builtin.h"

#define SECTION	   ".discard.sym_checksum"
#define ENTRY_SIZE 16
#define ENTRY_ADDR 0 /* u64, relocated to the symbol */
#define ENTRY_SUM  8 /* u64 */

/* Drop the section that an earlier run, or another tool, wrote. */
static bool drop_old(struct elf *elf)
{
	bool dropped = false;

	for_each_sec (elf, sec) {
		if (strcmp(sec->name, SECTION))
			continue;
		sec->dropped = true;
		dropped = true;
	}
	return dropped;
}

/*
 * The section is loaded, as objtool's is: "objcopy -O binary --only-section" leaves out others.  No
 * link of the kernel's keeps it (.discard*).
 *
 * Aliases stand at one address, which has one entry, with the symbol that the
 * piece is named for.
 */
static void add_entry(struct object *obj, struct elf_sec *sec, const struct piece *p)
{
	uint8_t entry[ENTRY_SIZE] = { 0 };
	uint64_t at;

	put_le64(entry + ENTRY_SUM, p->checksum);
	at = elf_add_data(obj->elf, sec, entry, sizeof(entry), 8, 0);
	elf_add_reloc(obj->elf, sec, at + ENTRY_ADDR, obj->arch->abs64, p->sym, 0);
}

int builtin_checksum_write(struct object *obj)
{
	struct elf *elf = obj->elf;
	bool dropped = drop_old(elf);
	struct elf_sec *sec = NULL;

	for_each_piece (obj, p) {
		if (!piece_has_checksum(p))
			continue;
		if (!sec)
			sec = elf_add_sec(elf, SECTION, SHT_PROGBITS, SHF_ALLOC, 8, ENTRY_SIZE);
		add_entry(obj, sec, p);
	}
	if (!sec && !dropped)
		return 0;
	return elf_write(elf, elf->path, obj->diag);
}

#define ROW	  8  /* bytes of data on a line */
#define REFS_FROM 44 /* column of the references */

struct print_sink {
	struct checksum_sink sink; /* first: the functions below get its address */
	FILE *to;
	const struct arch *arch;
	const struct piece *p; /* the piece or entry that is being printed */
	const uint8_t *bytes;  /* its bytes, without relocated fields */
	uint64_t at, row_end;  /* the line that is being printed, from p->start */
	int column;	       /* of what was written last; 0: no line is begun */
};

static void end_line(struct print_sink *s)
{
	if (s->column)
		fputc('\n', s->to);
	s->column = 0;
}

/* An instruction if it is code that can be decoded, else a few bytes. */
static uint64_t row_size(const struct print_sink *s, uint64_t at)
{
	uint64_t left = s->p->end - s->p->start - at;
	struct insn insn;

	if (s->p->kind <= PIECE_CODE && !s->arch->decode(s->bytes + at, left, &insn))
		return insn.len;
	return left < ROW ? left : ROW;
}

static void begin_line(struct print_sink *s)
{
	uint64_t size = row_size(s, s->row_end);

	end_line(s);
	s->at = s->row_end;
	s->row_end += size;
	s->column = fprintf(s->to, "  +%#-6llx", (unsigned long long)s->at);
	for (uint64_t i = s->at; i < s->row_end; i++)
		s->column += fprintf(s->to, " %02x", s->bytes[i]);
}

/* Lines up to the one that has the given place, or up to the end. */
static void print_to(struct print_sink *s, uint64_t place)
{
	uint64_t size = s->p ? s->p->end - s->p->start : 0;

	while (s->bytes && s->row_end < size && s->row_end <= place)
		begin_line(s);
}

static void print_bytes(struct checksum_sink *sink, const struct piece *p, const uint8_t *bytes)
{
	struct print_sink *s = (struct print_sink *)sink;
	unsigned long long size = p->end - p->start;

	print_to(s, UINT64_MAX);
	end_line(s);
	s->p = p;
	s->bytes = bytes;
	s->at = s->row_end = 0;
	if (p->kind == PIECE_ENTRY) {
		fprintf(s->to, "  entry of ");
		term_put_name(s->to, p->sec->name);
		fprintf(s->to, ":\n");
	}
	if (!bytes)
		fprintf(s->to, "  %llu bytes of zeroes\n", size);
}

static void print_string(FILE *to, const char *string, uint64_t len)
{
	fputc('"', to);
	for (uint64_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)string[i];

		if (c == '"' || c == '\\')
			fprintf(to, "\\%c", c);
		else if (isprint(c))
			fputc(c, to);
		else if (c || i + 1 < len)
			fprintf(to, "\\%03o", c);
	}
	fputc('"', to);
}

static void print_ref(struct checksum_sink *sink, const struct piece *p, const struct ref *r,
		      const struct ref_meaning *m)
{
	struct print_sink *s = (struct print_sink *)sink;
	uint64_t place = r->place - p->start;

	if (place >= s->row_end)
		print_to(s, place);
	else
		end_line(s);
	s->column += fprintf(s->to, "%*s", s->column < REFS_FROM ? REFS_FROM - s->column : 1, "");
	fprintf(s->to, "+%#llx %s ", (unsigned long long)place, arch_reloc(s->arch, m->type)->name);
	if (m->string) {
		print_string(s->to, m->string, m->string_len);
	} else {
		term_put_name(s->to, *m->name ? m->name : "(nameless)");
		fprintf(s->to, "%c%#llx", m->off < 0 ? '-' : '+', llabs(m->off));
	}
	if (m->content)
		fprintf(s->to, " with contents %016llx", (unsigned long long)m->content);
}

/* Print what each instruction (or word of data) of the piece contributes. */
static void checksum_explain(struct object *obj, const struct piece *p, FILE *to)
{
	struct print_sink s = {
		.sink = { .bytes = print_bytes, .ref = print_ref },
		.to = to,
		.arch = obj->arch,
	};

	term_put_name(to, p->name);
	fprintf(to, ": %016llx, of %llu bytes\n", (unsigned long long)p->checksum,
		(unsigned long long)(p->end - p->start));
	piece_tell(obj, p, &s.sink);
	print_to(&s, UINT64_MAX);
	end_line(&s);
}

/*
 * What is told of the piece, in lines "DEBUG: fork.o: checksum: dup_mm dup_mm+0x1c DIGEST", the
 * digest of all up to there: klp-build of Linux tells the first of both builds' lines that end
 * differently (diff_checksums() in scripts/livepatch/klp-build).
 */
static void print_digests(struct object *obj, const struct piece *p)
{
	const char *of = p->name, *line, *entry = "  entry of ";
	unsigned long long at = 0;
	uint64_t digest = 0;
	char *told = NULL, *next;
	size_t size;
	FILE *to = open_memstream(&told, &size);

	if (!to)
		arena_fail(obj->arena);
	checksum_explain(obj, p, to);
	fclose(to);
	strtok_r(told, "\n", &next); /* the checksum of all of it */
	while ((line = strtok_r(NULL, "\n", &next))) {
		digest = XXH64(line, strlen(line), digest);
		if (starts_with(line, entry))
			of = line + strlen(entry);
		sscanf(line, "  +%llx", &at);
		fprintf(stderr, "DEBUG: ");
		term_put_name(stderr, obj->elf->path);
		fprintf(stderr, ": checksum: ");
		term_put_name(stderr, p->name);
		fputc(' ', stderr);
		term_put_name(stderr, arena_strndup(obj->arena, of, strcspn(of, ":")));
		fprintf(stderr, "+0x%llx %016llx\n", at, (unsigned long long)digest);
	}
	free(told);
}

struct checksum_args {
	const char **names;	/* --debug-checksum, each as given */
	size_t nr_names;
	bool dry_run, klp_build;
};

#define AT(member) offsetof(struct checksum_args, member)

/* clang-format off: a row a line */
static const struct option_row rows[] = {
	{ "dry-run", 0, NULL, OPTION_FLAG, AT(dry_run), { 0 },
	  "print checksums and names; FILE.o stays as it is" },
	{ "debug-checksum", 0, "NAME[,NAME...]", OPTION_WORDS, AT(names), { AT(nr_names) },
	  "print what each instruction of these functions, or word\n"
	  "of these objects, contributes; repeatable" },
	{ "klp-build", 0, NULL, OPTION_FLAG, AT(klp_build), { 0 },
	  "print it in the lines that klp-build of Linux reads, to\n"
	  "standard error" },
	{ .name = NULL },
};
/* clang-format on */

static const struct usage usage = {
	.what = "checksum [OPTIONS] FILE.o\n"
		"\n"
		"Write a checksum of what each function and object of FILE.o means into its\n"
		"section .discard.sym_checksum, in place.  (klp diff does not need it.)\n",
	.rows = rows,
	.status = "Exit status: 0 done, 1 failed (the file is as it was), 2 usage.\n",
	.min_files = 1,
	.max_files = 1,
};

/* All of that name: several source files may have a static one each. */
static int explain(struct object *obj, const struct checksum_args *args, const char *name)
{
	struct diag_where where = { .object = obj->elf->path, .symbol = name };
	uint32_t last = NO_PIECE;
	bool found = false;

	for_each_str (&obj->names, name, e) {
		uint32_t at = obj->piece_of[e->value];

		if (at == NO_PIECE || at == last || !piece_has_checksum(&obj->pieces[at]))
			continue;
		if (args->klp_build)
			print_digests(obj, &obj->pieces[at]);
		else
			checksum_explain(obj, &obj->pieces[at], stdout);
		last = at;
		found = true;
	}
	if (found)
		return 0;
	/* klp-build asks both builds for functions that one of them may not have. */
	if (args->klp_build) {
		diag_warn(obj->diag, &where, "no-such-function",
			  "--debug-checksum: there is no such function or object");
		return 0;
	}
	return diag_error(obj->diag, &where, "no-such-function",
			  "--debug-checksum: there is no such function or object");
}

/* list: names with commas between them */
static int explain_list(struct object *obj, const struct checksum_args *args, const char *list)
{
	int err = 0;

	while (*list) {
		size_t len = strcspn(list, ",");

		if (len && explain(obj, args, arena_strndup(obj->arena, list, len)))
			err = -EINVAL;
		list += len + (list[len] == ',');
	}
	return err;
}

/* An alias has its function's checksum. */
static void print_list(const struct object *obj)
{
	for_each_piece (obj, p) {
		for (uint32_t k = 0; k < p->nr_aliases && piece_has_checksum(p); k++) {
			const struct elf_sym *sym = &obj->elf->syms[obj->by_place[p->first_alias + k]];

			if (sym->value == p->base)
				printf("%016llx  %s\n", (unsigned long long)p->checksum,
				       term_safe(obj->arena, sym->name));
		}
	}
}

int cmd_checksum(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	static const struct load_options defaults;
	struct object *obj = arena_alloc(arena, sizeof(*obj));
	struct checksum_args args = { 0 };
	int err;

	if (!builtin_parse_options(&usage, argc, argv, arena, diag, &args, &err))
		return err;
	err = object_load(obj, argv[optind], &defaults, arena, diag);
	if (err)
		return KLP_FAILED;
	object_checksums(obj);
	for (size_t i = 0; i < args.nr_names && !err; i++)
		err = explain_list(obj, &args, args.names[i]);
	if (err)
		return KLP_FAILED;
	if (!args.dry_run)
		return builtin_checksum_write(obj) ? KLP_FAILED : KLP_OK;
	if (!args.nr_names && !args.klp_build)
		print_list(obj);
	return KLP_OK;
}
