"""Choose and load the Python binding of CDKTF, in a tenth of the usual time and memory.

CDKTF is a TypeScript library. Its Python packages are thin classes that talk to a Node process through jsii, and each
carries an npm package: the JavaScript and a description of every type, the *assembly*. For aws that is 1,400 resources;
a plain program pays for all of them: Python imports 2,212 modules, Node parses an assembly of 131 MB, and the exit
takes seconds more. We use about a hundred. So, once per set of types and versions (`store`):

1. `assembly` cuts the types in use out of the published tarball, without parsing the rest, and `build` compiles the
   Python modules in use without docstrings, annotations and the type checks that Node makes again anyway.
2. `store` keeps the result in the user's cache, verifies it at each use and rebuilds it when needed.

And at each start:

3. `node` starts Node from its wheel, with jsii's program and the slim packages at fixed paths, which Node's compile
   cache needs; a build does this first, since it needs nothing of jsii's Python (`begin`).
4. `kernel` replaces jsii's own process, and does not wait for answers without information.
5. `modules` imports the compiled modules, so that `cdktf_cdktf_provider_aws` is an empty package whose modules are
   imported one by one by `Binding.element`.

CDKTF itself is unchanged, and so is its output, byte for byte; `full` loads the published packages when slim loading
fails, and in the test that compares the two. `engine` has the names of the packages.
"""

from ddms_compile.cdktf.engine import ENGINES, BindingError
from ddms_compile.cdktf.load import Binding, begin, load, release
from ddms_compile.cdktf.node import Node
from ddms_compile.cdktf.synthesis import synthesize

__all__ = ["ENGINES", "Binding", "BindingError", "Node", "begin", "load", "release", "synthesize"]
