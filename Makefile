# make demo: trains the main job and says where its report is. make test: all tests. make fuzz: an hour of mutated inputs.
# Each installs what it needs.

SWIFT ?= swift
SEED ?= 1
KILLS ?= 200
SECONDS ?= 3600
TRIPLES ?= 300

.PHONY: demo test scaffolds torture fuzz crossing mpi libraries lint

demo: libraries
	$(SWIFT) build -c release --product ebm
	.build/release/ebm train cdrl-checkerboard seed=$(SEED) --output runs/cdrl-checkerboard --force

# `swift test` by itself would compile everything anew, with other flags than `swift build`. Tests of fatal errors crash
# on purpose, and a backtrace of each takes seconds.
test: libraries
	$(SWIFT) build -c release --build-tests
	SWIFT_BACKTRACE=enable=no $(SWIFT) test -c release --skip-build

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
