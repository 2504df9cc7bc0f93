# make demo: trains the main job and says where its report is. make test: all tests. make fuzz: an hour of mutated inputs.
# Each installs what it needs, but arm64.

SWIFT ?= swift
SEED ?= 1
KILLS ?= 200
SECONDS ?= 3600
TRIPLES ?= 300

.PHONY: demo test scaffolds torture fuzz crossing instructions arm64 mpi libraries lint

demo: libraries
	$(SWIFT) build -c release --product ebm
	.build/release/ebm train cdrl-checkerboard seed=$(SEED) --output runs/cdrl-checkerboard --force

# Plans of all programs are looked through (PlanVerifier).
# `swift test` by itself would compile everything anew, with other flags than `swift build`. Tests of fatal errors crash
# on purpose, and a backtrace of each takes seconds.
test: libraries
	$(SWIFT) build -c release --build-tests
	EBM_VERIFY_PLANS=1 SWIFT_BACKTRACE=enable=no $(SWIFT) test -c release --skip-build

# Every template of `ebm new`, written, built and tested by the words of its README; `make test` does one.
scaffolds: libraries
	$(SWIFT) build -c release --build-tests
	EBM_SCAFFOLDS=all SWIFT_BACKTRACE=enable=no $(SWIFT) test -c release --skip-build --filter ScaffoldTests

# Runs that are killed again and again, starved of disk and cut off from their terminals; see Docs/Runs.md.
torture: libraries
	$(SWIFT) build -c release --build-tests
	EBM_KILLS=$(KILLS) SWIFT_BACKTRACE=enable=no $(SWIFT) test -c release --skip-build --filter TortureTests

# An hour of mutated inputs of every kind; what ends the program is kept in Tests/Fuzzing/Tests/Corpus.
fuzz: libraries
	$(SWIFT) build -c release --product fuzz
	.build/release/fuzz --seconds $(SECONDS) --seed $(SEED)

# Every pair of components in a composition that is trained or refused, then threes drawn at random.
crossing: libraries
	$(SWIFT) build -c release --product crossing
	.build/release/crossing
	.build/release/crossing --triples $(TRIPLES) --seed $(SEED)

# Kernels against plain loops at each level of instructions of this machine: the bits of all results are the same.
CLANG ?= clang
CHECK = .build/kernel-check
KERNELS = Tests/KernelCheck/main.c Sources/CKernels/*.c
LEVELS ?= baseline avx2 avx512
instructions:
	mkdir -p $(CHECK)
	$(CLANG) -O2 -std=gnu11 -Wno-pass-failed -ISources/CKernels/include -o $(CHECK)/check $(KERNELS) -lm -lpthread
	for level in $(LEVELS); do EBM_SIMD=$$level $(CHECK)/check > $(CHECK)/$$level.txt && \
	  cmp $(CHECK)/$$level.txt $(CHECK)/$(firstword $(LEVELS)).txt || exit 1; done

# The same compiled for arm64, run under qemu and compared with this machine. Needs Debian's gcc-aarch64-linux-gnu and
# qemu-user, and a clang that targets it, which Swift's toolchain has.
ARM64_CASES ?= 60
ARM64_ROOT ?= /usr/aarch64-linux-gnu
arm64: instructions
	$(CLANG) --target=aarch64-linux-gnu --sysroot=$(ARM64_ROOT) -isystem $(ARM64_ROOT)/include -L$(ARM64_ROOT)/lib \
	  --gcc-install-dir=$(lastword $(sort $(wildcard /usr/lib/gcc-cross/aarch64-linux-gnu/*))) -fuse-ld=lld -static \
	  -O2 -std=gnu11 -Wno-pass-failed -ISources/CKernels/include -o $(CHECK)/check-arm64 $(KERNELS) -lm -lpthread
	$(CHECK)/check $(ARM64_CASES) > $(CHECK)/here.txt
	qemu-aarch64 $(CHECK)/check-arm64 $(ARM64_CASES) > $(CHECK)/arm64.txt
	cmp $(CHECK)/here.txt $(CHECK)/arm64.txt

# One to four processes under mpirun: the same bits, and what happens when one of them is killed; see Docs/ManyMachines.md.
mpi: libraries
	@pkg-config --exists ompi-c 2>/dev/null || { \
	  root=; [ "$$(id -u)" = 0 ] || root=sudo; \
	  $$root apt-get update && $$root apt-get install --yes libopenmpi-dev openmpi-bin; }
	$(SWIFT) build -c release --traits MPI --scratch-path .build-mpi --product ebm
	$(SWIFT) build -c release --build-tests
	EBM_MPI=$(CURDIR)/.build-mpi/release/ebm SWIFT_BACKTRACE=enable=no \
	  $(SWIFT) test -c release --skip-build --filter MPITests

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Plugins Tests

# OpenBLAS and LAPACKE, where pkg-config does not find them. Without root, sudo asks.
libraries:
	@pkg-config --exists openblas lapacke 2>/dev/null || { \
	  root=; [ "$$(id -u)" = 0 ] || root=sudo; \
	  $$root apt-get update && $$root apt-get install --yes pkg-config libopenblas-dev liblapacke-dev; }
