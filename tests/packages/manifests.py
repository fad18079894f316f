"""manifests.py PACKAGES VERSION: what the packages say of themselves, by the rules of each system

The rules are those of the systems' documents and checkers, as far as they concern these packages:
Arduino's library specification and arduino-lint, PlatformIO's library.json, ESP-IDF's component
manager, Zephyr's module.yml and sample.yaml, and the schema of Open-CMSIS-Pack. An archive must have
exactly the files of its folder. Prints what breaks a rule; status 1 if anything does.
"""
import json
import os
import re
import sys
import xml.etree.ElementTree
import zipfile

import yaml

faults = []
EXAMPLES = ["learn_order", "watch_sensor"]


def expect(condition, fault):
    if not condition:
        faults.append(fault)


def files_below(folder):
    found = set()
    for path, _, names in os.walk(folder):
        found |= {os.path.relpath(os.path.join(path, name), folder) for name in names}
    return found


def archive(path, folder, top):
    """An archive has the files of a folder, below `top`, in order, all of one time."""
    with zipfile.ZipFile(path) as file:
        expect(file.testzip() is None, f"{path}: damaged")
        names = file.namelist()
        expect(names == sorted(names), f"{path}: not in order")
        expect({item.date_time for item in file.infolist()} == {(1980, 1, 1, 0, 0, 0)},
               f"{path}: files of other times")
        wanted = {os.path.join(top, name) for name in files_below(folder)}
        expect(set(names) == wanted, f"{path}: differs from {folder}: {set(names) ^ wanted}")
        for item in file.infolist():
            expect(item.external_attr >> 16 & 0o777 == 0o644, f"{path}: mode of {item.filename}")


def whole(folder):
    """What each package has besides its own."""
    for name in ["LICENSE", "README.md", "CHANGELOG.md"]:
        expect(os.path.exists(os.path.join(folder, name)), f"{folder}: no {name}")
    for name in files_below(folder):
        expect(os.path.getsize(os.path.join(folder, name)) > 0, f"{folder}: {name} is empty")


def arduino(folder, version):
    properties = {}
    with open(os.path.join(folder, "library.properties"), encoding="utf-8") as file:
        for line in file:
            key, separator, value = line.rstrip("\n").partition("=")
            expect(separator == "=" and key not in properties, f"library.properties: {line}")
            properties[key] = value
    fields = ["name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url",
              "architectures"]
    for field in fields:
        expect(properties.get(field), f"library.properties: no {field}")
    expect(set(properties) <= {*fields, "includes", "depends", "license", "dot_a_linkage"},
           "library.properties: unknown fields")
    name = properties.get("name", "")
    expect(re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,15}", name) and
           not re.search("arduino|library", name, re.I), "library.properties: name")
    expect(properties.get("version") == version and re.fullmatch(r"\d+\.\d+\.\d+", version),
           "library.properties: version")
    expect(not re.search("arduino", properties.get("maintainer", ""), re.I),
           "library.properties: maintainer")
    expect(not properties.get("paragraph", "").startswith(properties.get("sentence", "-")),
           "library.properties: the paragraph repeats the sentence")
    expect(properties.get("category") in ["Display", "Communication", "Signal Input/Output",
                                          "Sensors", "Device Control", "Timing", "Data Storage",
                                          "Data Processing", "Other"], "library.properties: category")
    expect(re.fullmatch(r"https?://[^ ]+\.[^ ]+", properties.get("url", "")),
           "library.properties: url")
    expect(re.fullmatch(r"[a-z0-9_]+(,[a-z0-9_]+)*", properties.get("architectures", "")),
           "library.properties: architectures")
    for header in properties.get("includes", "").split(","):
        expect(os.path.exists(os.path.join(folder, "src", header)), f"library.properties: {header}")
    found = files_below(folder)
    expect(not [n for n in found if n.endswith((".exe", ".a", ".o")) or n.startswith(".")],
           "arduino: files that do not belong there")
    for example in EXAMPLES:
        expect(f"examples/{example}/{example}.ino" in found, f"arduino: no sketch {example}")
    sketches = [n for n in found if n.endswith((".ino", ".pde"))]
    expect(all(n.startswith("examples/") for n in sketches), "arduino: a sketch elsewhere")
    # A word, a tab, what it is.
    words = set()
    with open(os.path.join(folder, "keywords.txt"), encoding="utf-8") as file:
        for line in file:
            match = re.fullmatch(r"(\w+)\t(KEYWORD1|KEYWORD2|LITERAL1)\n", line)
            expect(match and match[1] not in words, f"keywords.txt: {line}")
            words.add(match[1] if match else line)
    expect({"srnn_model", "srnn_forward", "SRNN_HIDDEN_TANH"} <= words, "keywords.txt: lacks words")


def platformio(folder, version):
    with open(os.path.join(folder, "library.json"), encoding="utf-8") as file:
        library = json.load(file)
    expect(set(library) <= {"name", "version", "description", "keywords", "homepage", "repository",
                            "authors", "license", "frameworks", "platforms", "headers", "examples",
                            "dependencies", "export", "build", "scripts"}, "library.json: fields")
    expect(re.fullmatch(r"[a-zA-Z0-9](-?[a-zA-Z0-9])*", library.get("name", "")) and
           len(library["name"]) <= 50, "library.json: name")
    expect(library.get("version") == version and len(version) <= 20, "library.json: version")
    expect(0 < len(library.get("description", "")) <= 1000, "library.json: description")
    expect(len(library.get("keywords", "")) <= 255 and library.get("license") == "MIT",
           "library.json: keywords or license")
    expect(all(author.get("name") for author in library.get("authors", [])) and
           library.get("authors"), "library.json: authors")
    expect(os.path.exists(os.path.join(folder, "src", library.get("headers", "-"))),
           "library.json: headers")
    expect(set(library.get("build", {})) <= {"flags", "srcDir", "srcFilter", "includeDir"},
           "library.json: build")
    examples = {example["name"]: example for example in library.get("examples", [])}
    expect(sorted(examples) == EXAMPLES, "library.json: examples")
    for name, example in examples.items():
        expect(example["base"] == f"examples/{name}" and
               set(example["files"]) == files_below(os.path.join(folder, example["base"])),
               f"library.json: files of {name}")
        with open(os.path.join(folder, example["base"], "platformio.ini"), encoding="utf-8") as file:
            text = file.read()
        environments = re.findall(r"^\[env:(\w+)\]$", text, re.M)
        expect(len(environments) > 1 and len(re.findall(r"^board = \w+$", text, re.M)) ==
               len(re.findall(r"^platform = \w+$", text, re.M)) == len(environments) and
               "framework = arduino" in text, f"{name}/platformio.ini")
        # What the library's folder is, seen from the example.
        expect("lib_deps = symlink://../..\n" in text, f"{name}/platformio.ini: lib_deps")


def esp_idf(folder, version):
    with open(os.path.join(folder, "idf_component.yml"), encoding="utf-8") as file:
        component = yaml.safe_load(file)
    expect(set(component) <= {"version", "description", "url", "license", "maintainers", "tags",
                              "dependencies", "targets", "repository", "documentation", "issues",
                              "discussion", "files", "examples"}, "idf_component.yml: fields")
    expect(component.get("version") == version, "idf_component.yml: version")
    expect(component.get("license") == "MIT" and component.get("description"),
           "idf_component.yml: license or description")
    expect(re.match("https?://", component.get("url", "")), "idf_component.yml: url")
    expect(all(re.fullmatch(r"[A-Za-z0-9_-]{3,32}", tag) for tag in component.get("tags", [])),
           "idf_component.yml: tags")
    expect(component.get("dependencies", {}).get("idf"), "idf_component.yml: idf")
    for example in EXAMPLES:
        main = os.path.join(folder, "examples", example, "main")
        with open(os.path.join(main, "idf_component.yml"), encoding="utf-8") as file:
            dependency = yaml.safe_load(file)["dependencies"]["libsrnn/srnn"]
        expect(os.path.samefile(os.path.join(main, dependency["override_path"]), folder),
               f"{example}: override_path")


def zephyr(folder):
    with open(os.path.join(folder, "zephyr", "module.yml"), encoding="utf-8") as file:
        module = yaml.safe_load(file)
    expect(set(module) <= {"name", "build", "samples", "tests", "boards", "blobs"} and
           set(module.get("build", {})) <= {"cmake", "kconfig", "depends", "settings"},
           "module.yml: fields")
    build = module.get("build", {})
    expect(os.path.exists(os.path.join(folder, build.get("cmake", "-"), "CMakeLists.txt")) and
           os.path.exists(os.path.join(folder, build.get("kconfig", "-"))), "module.yml: build")
    for example in EXAMPLES:
        expect(any(os.path.exists(os.path.join(folder, samples, example, "prj.conf"))
                   for samples in module.get("samples", [])), f"module.yml: {example}")
        with open(os.path.join(folder, "samples", example, "sample.yaml"), encoding="utf-8") as file:
            sample = yaml.safe_load(file)
        expect(sample.get("sample", {}).get("name") == example and len(sample.get("tests", {})) == 1,
               f"{example}/sample.yaml")
        for name, test in sample["tests"].items():
            expect(name.startswith("sample.srnn.") and test["harness"] == "console" and
                   test["harness_config"]["type"] == "one_line", f"{example}/sample.yaml: {name}")
            line = test["harness_config"]["regex"][0]
            with open(f"examples/microcontroller/{example}.txt", encoding="utf-8") as file:
                expect(re.fullmatch(line, file.read().splitlines()[-1]),
                       f"{example}/sample.yaml: another last line")


def cmsis(folder, version):
    package = xml.etree.ElementTree.parse(os.path.join(folder, "libsrnn.srnn.pdsc")).getroot()
    expect(package.tag == "package" and re.fullmatch(r"1\.\d\.\d+", package.get("schemaVersion", "")),
           "pdsc: schemaVersion")
    texts = {}
    for name in ["vendor", "name", "description", "url", "license"]:
        texts[name] = package.findtext(name, "")
        expect(texts[name], f"pdsc: no {name}")
    expect({child.tag for child in package} <= {*texts, "releases", "keywords", "components"},
           "pdsc: elements")
    expect(len(package.findall("*")) == len({child.tag for child in package}),
           "pdsc: an element twice")
    expect(all(re.fullmatch("[-_A-Za-z0-9]+", texts[n]) for n in ["vendor", "name"]) and
           texts["vendor"] + "." + texts["name"] == "libsrnn.srnn", "pdsc: vendor or name")
    expect(1 <= len(texts["description"]) <= 128, "pdsc: description")
    releases = package.findall("releases/release")
    expect([r.get("version") for r in releases] == [version] and releases[0].text, "pdsc: releases")
    named = {texts["license"]}
    components = package.findall("components/component")
    expect(len(components) == 1, "pdsc: components")
    for component in components:
        expect(component.get("Cclass") and component.get("Cgroup") and
               component.get("Cversion") == version, "pdsc: a component's names")
        expect(1 <= len(component.findtext("description", "")) <= 128 and
               {child.tag for child in component} == {"description", "files"}, "pdsc: a component")
        for file in component.findall("files/file"):
            name = file.get("name", "-")
            named.add(name)
            expect(set(file.attrib) <= {"category", "attr", "select", "name"}, f"pdsc: {name}")
            expect(file.get("category") in ["doc", "include", "header", "source"] and
                   (file.get("attr") == "template") == (file.get("select") is not None),
                   f"pdsc: {name}: category or attr")
            expect(name.endswith("/") == (file.get("category") == "include") and
                   os.path.exists(os.path.join(folder, name)), f"pdsc: {name} is not there")
    # Every file is named, but for the description itself and what it says is new.
    rest = files_below(folder) - named - {"libsrnn.srnn.pdsc", "CHANGELOG.md"}
    expect(not rest, f"pdsc: does not name {sorted(rest)}")


def main():
    packages, version = sys.argv[1:]
    for name in ["arduino", "platformio", "esp-idf", "zephyr", "cmsis"]:
        whole(os.path.join(packages, name, "srnn"))
    arduino(os.path.join(packages, "arduino", "srnn"), version)
    platformio(os.path.join(packages, "platformio", "srnn"), version)
    esp_idf(os.path.join(packages, "esp-idf", "srnn"), version)
    zephyr(os.path.join(packages, "zephyr", "srnn"))
    cmsis(os.path.join(packages, "cmsis", "srnn"), version)
    # In an archive the folder is that of the library, except where the system wants its files at
    # the top.
    for name, file, top in [("arduino", f"libsrnn-{version}-arduino.zip", "srnn"),
                            ("platformio", f"libsrnn-{version}-platformio.zip", ""),
                            ("esp-idf", f"libsrnn-{version}-esp-idf.zip", "srnn"),
                            ("zephyr", f"libsrnn-{version}-zephyr.zip", "srnn"),
                            ("cmsis", f"libsrnn.srnn.{version}.pack", "")]:
        archive(os.path.join(packages, file), os.path.join(packages, name, "srnn"), top)
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(1 if faults else 0)


main()
