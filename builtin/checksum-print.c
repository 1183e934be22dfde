// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a checksum is made of, for readers: where two builds of a function
 * differ shows in a diff of the two texts.
 */
#include <ctype.h>
#include <stdlib.h>

#include <klp/checksum.h>

#define ROW	  8	/* bytes of data on a line */
#define REFS_FROM 44	/* column of the references */

struct print_sink {
	struct checksum_sink sink;	/* first: the functions below get its address */
	FILE *to;
	const struct arch *arch;
	const struct piece *p;		/* the piece or entry that is being printed */
	const uint8_t *bytes;		/* its bytes, without relocated fields */
	uint64_t at, row_end;		/* the line that is being printed, from p->start */
	int column;			/* of what was written last; 0: no line is begun */
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
	if (p->kind == PIECE_ENTRY)
		fprintf(s->to, "  entry of %s:\n", p->sec->name);
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
	if (m->string)
		print_string(s->to, m->string, m->string_len);
	else
		fprintf(s->to, "%s%c%#llx", *m->name ? m->name : "(nameless)",
			m->off < 0 ? '-' : '+', llabs(m->off));
	if (m->content)
		fprintf(s->to, " with contents %016llx", (unsigned long long)m->content);
}

void checksum_explain(struct object *obj, const struct piece *p, FILE *to)
{
	struct print_sink s = {
		.sink = { .bytes = print_bytes, .ref = print_ref },
		.to = to,
		.arch = obj->arch,
	};

	fprintf(to, "%s: %016llx, of %llu bytes\n", p->name, (unsigned long long)p->checksum,
		(unsigned long long)(p->end - p->start));
	piece_tell(obj, p, &s.sink);
	print_to(&s, UINT64_MAX);
	end_line(&s);
}
