// Runs programs of elementwise instructions, strip by strip, so that temporaries stay in the L1 cache.
#include "broadcast.h"
#include "dispatch.h"
#include "elementwise.h"

static void fill(float *out, float value, int64_t count) {
  for (int64_t i = 0; i < count; ++i) out[i] = value;
}

static void run_instructions(const ck_instruction *instructions, int64_t instruction_count, float *const *memory,
                             int64_t count) {
  for (int64_t k = 0; k < instruction_count; ++k) {
    const ck_instruction *instruction = &instructions[k];
    const uint16_t *operands = instruction->operands;
    ck_kernels[instruction->opcode](memory[instruction->destination], memory[operands[0]], memory[operands[1]],
                                    memory[operands[2]], count);
  }
}

// A program bound to its memory.
typedef struct strip_program {
  const ck_instruction *instructions;
  int64_t instruction_count;
  const ck_register *registers;
  float *const *bases;
  int64_t register_count;
  float *scratch;
  ck_random_origin origin;
  ck_broadcast broadcasts[CK_MAXIMUM_REGISTERS];
} strip_program;

// Random numbers of elements [first, first + count).
static void draw(float *out, const strip_program *program, int64_t r, int64_t first, int64_t count) {
  const ck_register *source = &program->registers[r];
  const float *counter = program->bases[r];
  ck_random random = {.key = {program->origin.key[0], program->origin.key[1]},
                      .stream = source->stream,
                      .iteration = counter ? (uint64_t)ck_counter_value(counter) : 0};
  int64_t element = program->origin.row * source->row_elements + first;
  (source->kind == CK_NORMAL ? ck_random_normal : ck_random_uniform)(out, random, element, count);
}

static bool is_random(const ck_register *source) { return source->kind == CK_UNIFORM || source->kind == CK_NORMAL; }

// Whole vectors, [first, first + count): contiguous memory is used in place.
static void run_whole(const strip_program *program, int64_t first, int64_t count) {
  float *memory[CK_MAXIMUM_REGISTERS];
  for (int64_t r = 0; r < program->register_count; ++r) memory[r] = program->scratch + r * CK_STRIP;
  for (int64_t start = 0; start < count; start += CK_STRIP) {
    int64_t length = ck_minimum(count - start, CK_STRIP);
    for (int64_t r = 0; r < program->register_count; ++r) {
      if (program->registers[r].kind == CK_CONTIGUOUS) {
        memory[r] = program->bases[r] + first + start;
      } else if (program->registers[r].kind == CK_BROADCAST) {
        ck_broadcast_fill(memory[r], &program->broadcasts[r], first + start, length);
      } else if (is_random(&program->registers[r])) {
        draw(memory[r], program, r, first + start, length);
      }
    }
    run_instructions(program->instructions, program->instruction_count, memory, length);
  }
}

// One vector or less, on copies, so that the kernels need no scalar tails: results stay in the scratch area.
static void run_copied(const strip_program *program, int64_t first, int64_t count) {
  float *memory[CK_MAXIMUM_REGISTERS];
  for (int64_t r = 0; r < program->register_count; ++r) {
    memory[r] = program->scratch + r * CK_STRIP;
    if (program->registers[r].kind == CK_CONTIGUOUS) {
      const float *operand = program->bases[r] + first;
      if (count == CK_LANES) {
        memcpy(memory[r], operand, CK_LANES * sizeof(float));
      } else {
        for (int64_t i = 0; i < CK_LANES; ++i) memory[r][i] = i < count ? operand[i] : 1.0f;
      }
    } else if (program->registers[r].kind == CK_BROADCAST) {
      ck_broadcast_fill(memory[r], &program->broadcasts[r], first, count);
      for (int64_t i = count; i < CK_LANES; ++i) memory[r][i] = 1.0f;
    } else if (is_random(&program->registers[r])) {
      draw(memory[r], program, r, first, CK_LANES);
    }
  }
  run_instructions(program->instructions, program->instruction_count, memory, CK_LANES);
}

static void store_copied(const strip_program *program, int64_t first, int64_t count) {
  for (int64_t k = 0; k < program->instruction_count; ++k) {
    uint16_t r = program->instructions[k].destination;
    if (program->registers[r].kind != CK_CONTIGUOUS) continue;
    const float *result = program->scratch + r * CK_STRIP;
    if (count == CK_LANES) {
      memcpy(program->bases[r] + first, result, CK_LANES * sizeof(float));
    } else {
      memcpy(program->bases[r] + first, result, (size_t)count * sizeof(float));
    }
  }
}

void ck_strip_run(const ck_instruction *instructions, int64_t instruction_count, const ck_register *registers,
                  float *const *bases, int64_t register_count, ck_random_origin origin, int64_t first, int64_t count,
                  float *scratch) {
  if (count <= 0) return;
  strip_program program;
  program.instructions = instructions;
  program.instruction_count = instruction_count;
  program.registers = registers;
  program.bases = bases;
  program.register_count = register_count;
  program.scratch = scratch;
  program.origin = origin;
  for (int64_t r = 0; r < register_count; ++r) {
    if (registers[r].kind == CK_SPLAT) {
      fill(scratch + r * CK_STRIP, bases[r][0], ck_minimum(ck_round_up(count), CK_STRIP));
    } else if (registers[r].kind == CK_BROADCAST) {
      program.broadcasts[r] = ck_broadcast_prepare(&registers[r], bases[r]);
    }
  }

  // An odd end is computed as the range's last vector, before the others, which may overwrite its operands; the
  // elements it shares with them come out the same.
  int64_t whole = count & -(int64_t)CK_LANES;
  int64_t last = ck_minimum(count, CK_LANES);
  if (whole != count) run_copied(&program, first + count - last, last);
  run_whole(&program, first, whole);
  if (whole != count) store_copied(&program, first + count - last, last);
}

void ck_elementwise(ck_opcode opcode, float *out, const float *a, const float *b, const float *c, int64_t count) {
  bool binary = opcode >= CK_ADD, ternary = opcode >= CK_SELECT;
  ck_instruction instruction = {
    .opcode = (uint16_t)opcode, .destination = 0, .operands = {1, binary ? 2 : 1, ternary ? 3 : 1}};
  ck_register registers[4] = {
    {.kind = CK_CONTIGUOUS}, {.kind = CK_CONTIGUOUS}, {.kind = CK_CONTIGUOUS}, {.kind = CK_CONTIGUOUS}};
  // The operands are only read; the type is that of a table which also holds destinations.
  float *bases[4] = {out, (float *)a, (float *)b, (float *)c};
  _Alignas(64) float scratch[4 * CK_STRIP];
  ck_strip_run(&instruction, 1, registers, bases, ternary ? 4 : binary ? 3 : 2, (ck_random_origin){{0, 0}, 0}, 0, count,
               scratch);
}
