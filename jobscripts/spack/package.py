# A recipe for Spack (1.0 or later). NOT tried: there was no Spack to do it with; only its syntax is
# checked. From a checkout:
#   spack repo create REPOSITORY     # and there this file as packages/catapult/package.py
#   spack env create catapult && spack env activate catapult
#   spack develop --path "$PWD" catapult@main && spack add catapult@main && spack install
# The environment's name is the one that jobscripts/perlmutter.sbatch and frontier.sbatch load.
from spack_repo.builtin.build_systems.cmake import CMakePackage
from spack_repo.builtin.build_systems.cuda import CudaPackage
from spack_repo.builtin.build_systems.rocm import ROCmPackage

from spack.package import *


class Catapult(CMakePackage, CudaPackage, ROCmPackage):
    """Gradient descent on wide neural networks at large learning rates."""

    version("main")

    variant("onednn", default=True, description="Products of floats on CPUs by oneDNN")
    variant("plots", default=True, description="Python packages of the pictures")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("googletest", type="test")
    depends_on("benchmark", type="test")

    depends_on("mpi")
    depends_on("blas")
    depends_on("lapack")
    depends_on("petsc+mpi~complex")
    depends_on("slepc")
    depends_on("hdf5+mpi")
    depends_on("kokkos@4 cxxstd=20")
    depends_on("onednn", when="+onednn~cuda~rocm")
    depends_on("cli11")
    depends_on("tomlplusplus")
    depends_on("nlohmann-json")
    depends_on("fmt")
    depends_on("spdlog")
    depends_on("random123")
    depends_on("xxhash")
    depends_on("zlib-api")

    for arch in CudaPackage.cuda_arch_values:
        depends_on(f"kokkos+cuda+wrapper cuda_arch={arch}", when=f"+cuda cuda_arch={arch}")
    for arch in ROCmPackage.amdgpu_targets:
        depends_on(f"kokkos+rocm amdgpu_target={arch}", when=f"+rocm amdgpu_target={arch}")
    depends_on("rocblas", when="+rocm")
    conflicts("+cuda", when="cuda_arch=none")
    conflicts("+rocm", when="amdgpu_target=none")
    conflicts("+cuda+rocm")

    with when("+plots"):
        depends_on("python@3.11:", type="run")
        for package in ("py-h5py", "py-matplotlib", "py-numpy", "py-pandas"):
            depends_on(package, type="run")

    generator("ninja")

    def cmake_args(self):
        on_cpus = "onednn" if self.spec.satisfies("+onednn") else "blas"
        devices = {"+cuda": "cuda", "+rocm": "hip"}
        backend = [name for variant, name in devices.items() if self.spec.satisfies(variant)]
        arguments = [
            self.define("CATAPULT_BACKEND", backend[0] if backend else on_cpus),
            self.define("CATAPULT_NATIVE", False),  # Spack's compilers know the target
            self.define("CATAPULT_TESTS", self.run_tests),
        ]
        if self.spec.satisfies("+rocm"):
            arguments.append(self.define("CMAKE_CXX_COMPILER", self.spec["hip"].hipcc))
        return arguments

    @run_after("install", when="+plots")
    def pictures_by_the_python_of_spack(self):
        scripts = find(self.prefix.share.catapult.apps.plots, "catapult_*.py")
        filter_file(r"^#!/usr/bin/python3$", f"#!{self['python'].command.path}", *scripts)

    def test_selftest(self):
        """the installed program agrees with exact results"""
        which(self.prefix.bin.catapult, required=True)("selftest")
