# Writes OUT, a C++ file with the text of the kernel FILES (separated by commas), one a family.
set(entries "")
set(all "")
string(REPLACE "," ";" FILES "${FILES}")
foreach(file ${FILES})
  get_filename_component(family ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND all "${text}")
  string(APPEND entries "    {\"${family}\", R\"kernel(${text})kernel\"},\n")
endforeach()
string(SHA1 version "${all}")
file(WRITE ${OUT} "// Made from the files in core/device/opencl/kernels.
#include \"core/device/opencl/kernel_sources.h\"

#include <map>

namespace shearbench::device::opencl {

const char* kernelSource(std::string_view family) {
    static const std::map<std::string_view, const char*> sources = {
${entries}    };
    return sources.at(family);
}

const char* kernelVersion() {
    return \"${version}\";
}

}  // namespace shearbench::device::opencl
")
