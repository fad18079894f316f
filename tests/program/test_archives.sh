#!/bin/sh
# Series in the archives' files .ts and .arff and in arrays of NumPy: they give the same model as the
# same series in a table or in labelled lines, or are refused with the place of what is wrong.
set -eu
. tests/program/library.sh
. tests/program/readers.sh
cd "$scratch"

# ---------------------------------------------------------------------------
# The archives' files
# ---------------------------------------------------------------------------
# One series of values, in six files.
cat >wave.ts <<'EOF'
#a description
@problemName Wave
@timeStamps false
@missing true
@univariate true
@equalLength false
@classLabel true left right
@data
0.5,?,2,1:left
1e1,3,-2.5:right
2,4,6,8:right
#the end
1,NaN,3,?:left
EOF
cat >wave.arff <<'EOF'
% a description
@RELATION 'a wave'
@attribute "att 0" numeric
@attribute att1 REAL
@attribute att2 numeric
@attribute att3 numeric
@attribute target { left, 'right' }

@DATA
0.5,?,2,1,left
1e1,3,-2.5,?,right
% another comment
2,4,6,8,'right'
1,?,3,?,left
EOF
printf 'left\t0.5\tNaN\t2\t1\nright\t1e1\t3\t-2.5\tNaN\nright\t2\t4\t6\t8\nleft\t1\t\t3\tNaN\n' >wave.tsv
printf 'left|0.5;?;2;1\nright|1e1;3;-2.5\nright|2;4;6;8\nleft|1;;3\n' >wave.txt
for file in wave.ts wave.arff wave.tsv; do
    same_model wave.txt $file --first-column label
done
reads wave.ts "4 sequences, 2 labels, 1 value a step, 3 to 4 steps, 2 missing, a label behind each"
reads wave.arff "4 sequences, 2 labels, 1 value a step, 3 to 4 steps, 2 missing, a label behind each"

# Several values a step.
cat >pair.ts <<'EOF'
@problemName pair
@timestamps false
@dimensions 2
@classlabel true a b
@data
1,2,3:10,20,30:a
4,5:40,50:b
6:60:a
7,8:70,80:b
EOF
cat >pair.arff <<'EOF'
@relation pair
@attribute bag relational
    @attribute t0 numeric
    @attribute t1 numeric
    @attribute t2 numeric
@end bag
@attribute class {a,b}
@data
"1,2,3\n10,20,30",a
'4,5,?\n40,50,?',b
"6,?,?\n60,?,?",a
"7,8,?\n70,80,?\n",b
EOF
printf 'a|1 10;2 20;3 30\nb|4 40;5 50\na|6 60\nb|7 70;8 80\n' >pair.txt
same_model pair.txt pair.ts
same_model pair.txt pair.arff
reads pair.arff "4 sequences, 2 labels, 2 values a step, 1 to 3 steps, a label behind each"

# Without labels a case is a plain series.
printf '@problemName x\n@classLabel false\n@data\n1,2,3\n4,5\n' >bare.ts
refuse 1 "bare.ts: has no labels; leave --last-column label out" train series bare.ts --quiet \
    --last-column label
printf '1\n2\n3\n\n4\n5\n' >bare.txt
printf '@problemName x\n@classLabel false\n@data\n1,2,3\n4,5\n' | tr '\n' '\r' | sed 's/\r/\r\n/g' >crlf.ts
# shellcheck disable=SC2086
for file in bare.txt bare.ts crlf.ts; do
    succeed train series $file $brief --hold-out 0.5 --save $file.model
    same bare.txt.model $file.model "$file and bare.txt"
done

# refuse_ts MESSAGE HEAD CASES, refuse_arff likewise.
refuse_ts() {
    refuse_file "$1" "@problemName x\n$2@data\n$3"
}
refuse_ts "bad.csv:2:1: values with timestamps are not read" '@timeStamps true\n' '1:a\n'
refuse_ts "bad.csv:4:1: values with timestamps are not read" '@classLabel true a\n' '(0,1),(1,2):a\n'
refuse_ts "bad.csv:2:1: a target that is a number" '@targetLabel true\n' '1:2.5\n'
refuse_ts "bad.csv:2:13: neither true nor false: yes" '@classLabel yes a\n' '1:a\n'
refuse_ts "bad.csv:2:1: no line @classLabel before @data" '' '1,2:a\n'
refuse_ts "bad.csv:2:1: no number of dimensions" '@dimensions two\n' '1,2:a\n'
# 2^32 + 1, which a size_t of 32 bits would take for 1.
refuse_ts "bad.csv:2:1: no model has 4294967297 inputs" '@dimensions 4294967297\n@classLabel true a\n' \
    '1,2:a\n'
refuse_ts "bad.csv:4:5: the label c is none of those in the head" '@classLabel true a b\n' '1,2:c\n'
refuse_ts "bad.csv:5:4: a case has 2 parts between colons, not 1" '@classLabel true a b\n' '1,2:a\n1,2\n'
refuse_ts "bad.csv:5:8: a case has 2 parts between colons, not 3" \
    '@univariate true\n@classLabel true a b\n' '1,2:3:a\n'
refuse_ts "bad.csv:4:2: a case has 2 parts between colons, not 1" '@classLabel true a\n' 'a\n'
refuse_ts "bad.csv:4:7: dimension 2 has 1 values, not 2" '@classLabel true a\n' '1,2:10:a\n'
refuse_ts "bad.csv:4:11: dimension 2 has more values than the first, 2" '@classLabel true a\n' \
    '1,2:10,20,30:a\n'
refuse_ts "bad.csv:4:1: the dimensions of the case have different numbers of values" \
    '@classLabel true a\n' '1,2,3,4,5:1:1:1:1:1:1:a\n'
refuse_ts "bad.csv:4:3: not a number: x" '@classLabel true a\n' '1,x:a\n'
refuse_file "bad.csv: has no line @data" '@problemName x\n@classLabel true a b\n'
refuse_file "bad.csv:2:1: neither a line of the head" '@problemName x\n1,2:a\n'
# The other words of the head, in capitals, with tabs, or without any use.
head='@TimeStamps\tFALSE\n@targetlabel false\n@univariate false\n@dimension 1\n@missing\tfalse\n@classlabel  true\ta b\n'
# shellcheck disable=SC2059
printf "@problemName x\n$head@data\n1,2:a\n3,2:b\n2,1:a\n1,1:b\n" >words.ts
printf 'a|1;2\nb|3;2\na|2;1\nb|1;1\n' >words.txt
same_model words.txt words.ts
for word in @timeStamps @targetLabel @univariate @classLabel; do
    refuse_ts "bad.csv:2:$((${#word} + 2)): neither true nor false: maybe" "$word maybe\n" '1:a\n'
done
refuse_ts "neither true nor false: $(printf '%024d' 7)" "@univariate $(printf '%024d' 7)8\n" '1:a\n'
refuse_ts "bad.csv:2:1: no number of dimensions above 0" '@dimensions 0\n' '1:a\n'
refuse_ts "bad.csv:2:1: no model has 16777217 inputs" '@dimensions 16777217\n' '1:a\n'
refuse_ts "bad.csv:4:5: a quote that does not end" '@classLabel true a\n' '1,2:"a\n'
refuse_ts "bad.csv:4:3: a quote that does not end" '@classLabel true a\n' '1,"2:a\n'
refuse_ts "bad.csv:4:5: a label has 1 to 63 bytes" '@classLabel true a\n' '1,2:\n'
refuse_ts "bad.csv:5:2: a control character, 0x01" '@classLabel true a\n' '1:a\n1\001:a\n'
refuse_ts "bad.csv:2:2: a control character, 0x01" '@\001\n' '1:a\n'
refuse_ts "bad.csv: has no line with data" '@classLabel false\n' '\n'
for first in '@problemName' '@problemName\tx' ' @problemName x'; do
    refuse_file "bad.csv: has no line @data" "$first\n@classLabel true a\n"
done
# The head of a file that is judged has its labels, which are those of the model; "?" is none.
# shellcheck disable=SC2086
succeed train series words.ts $brief --hold-out 0.25 --save words.model
printf '@problemName x\n@classLabel true a\n@data\n1,2:a\n3,2:b\n' >other.ts
refuse 1 "other.ts:5:5: the label b is none of those in the head" eval words.model series other.ts
printf '@problemName x\n@classLabel true a b\n@data\n1,2:a\n3,2:?\n' >hidden.ts
refuse 1 "hidden.ts:5:5: the label ? is none of the model's" eval words.model series hidden.ts
succeed predict words.model hidden.ts
grep -q '^1,a,[ab],' out && grep -q '^2,,[ab],' out || fail_run "the label a and none were expected"

refuse_arff() {
    refuse_file "$1" "@relation x\n$2@data\n$3"
}
two='@attribute a numeric\n@attribute b real\n'
class='@attribute class {a,b}\n'
refuse_arff "bad.csv:6:5: the label c is none of those in the head" "$two$class" '1,2,c\n'
refuse_arff "bad.csv:6:4: the case has 2 fields, not the 3" "$two$class" '1,a\n'
refuse_arff "bad.csv:6:1: a sparse case, in braces" "$two$class" '{0 1, 2 a}\n'
refuse_arff "bad.csv:4:1: the attributes are not those of labelled series" "$two" '1,2\n'
refuse_arff "bad.csv:2:14: an attribute of this type is not read: string" '@attribute a string\n' ''
refuse_arff "bad.csv:3:12: an attribute behind the label" "$class$two" ''
refuse_arff "bad.csv:2:13: an attribute has a name and a type" '@attribute a\n' ''
refuse_arff "bad.csv:2:1: none of @relation, @attribute" '@atribute a numeric\n' ''
refuse_arff "bad.csv:4:14: an attribute of this type is not read: relational" \
    "$two@attribute c relational\n" ''
bag='@attribute c relational\n@attribute a numeric\n@end c\n'
refuse_arff "bad.csv:8:2: 1 dimensions, 2 in the first case" "$bag$class" '"1\\n2",a\n"1",b\n'
refuse_arff "bad.csv:7:5: dimension 1 has 2 values, not 1" "$bag$class" '"1,2\\n2",a\n'
refuse_arff "bad.csv:7:7: dimension 2 has more values than the first, 1" "$bag$class" '"1\\n2,3",a\n'
refuse_arff "bad.csv:5:14: a number beside a relational attribute" "$bag@attribute d real\n" ''

# Names may be in quotes and types in capitals; a file may begin with an attribute.
printf '@attribute "a b" INTEGER\n@attribute '\''c'\'' Real\n@attribute class {a, b}\n@data\n1,2,a\n3,2,b\n2,1,a\n1,1,b\n' >words.arff
same_model words.txt words.arff
for head in '@attribute' '@attribute\t' '@attribute a '; do
    refuse_arff ": an attribute has a name and a type" "$head\n" ''
done
refuse_arff "bad.csv:2:12: a quote that does not end" '@attribute "a numeric\n' ''
refuse_arff "bad.csv:2:14: a quote that does not end" '@attribute a "numeric\n' ''
refuse_arff "bad.csv:3:18: an attribute of this type is not read: {a,b;" "${two%@*}@attribute class {a,b\n" ''
refuse_arff "bad.csv:3:18: an attribute of this type is not read: {a};" \
    '@attribute b relational\n@attribute class {a}\n' ''
refuse_arff "bad.csv:5:14: an attribute of this type is not read: relational" \
    "$bag@attribute d relational\n" ''
refuse_arff "is not read: $(printf '%024d' 7);" "@attribute a $(printf '%024d' 7)8\n" ''
refuse_arff "bad.csv:2:2: a control character, 0x01" '@\001\n' ''
for head in "$class" "${bag%@end*}" "${bag%@end*}$two" '@attribute c relational\n@end c\n@attribute d {a}\n'; do
    refuse_arff ": the attributes are not those of labelled series" "$head" '1,a\n'
done
refuse_arff "bad.csv:7:11: the case has 3 fields, not the 2" "$bag$class" '"1\\n2",1,a\n'
for value in '1\\\\2' '1\\\\' '1\\\\x'; do
    refuse_arff "bad.csv:7:2: not a number: " "$bag$class" "\"$value\",a\n"
done
refuse_arff "bad.csv:6:3: a quote that does not end" "$two$class" "1,'2,a\n"
refuse_arff "bad.csv:6:3: not a number: x" "$two$class" '1,x,a\n'
refuse_arff "bad.csv:7:1: a control character, 0x01" "$two$class" '1,2,a\n\0011,2,b\n'
refuse_arff "bad.csv:6:5: a label has 1 to 63 bytes" "$two$class" '1,2,\n'

# Labels have at most 63 bytes, and there are at most 1000. Two quotes stand for one.
label=$(printf '%063d' 0)
printf '%s|1;2\nb|2;3\n' "$label" >labels.txt
reads labels.txt "2 sequences, 2 labels, 1 value a step, 2 steps, a label before each" --hold-out 0
refuse_file "bad.csv:1:1: a label has 1 to 63 bytes" "${label}1|1;2\n"
refuse_file "bad.csv:1:1: a label has 1 to 63 bytes" "$(printf '%032d' 0 | sed 's/0/\\303\\251/g')|1;2\n"
awk 'BEGIN { for (i = 0; i < 1000; i++) print i "|1;2" }' >labels.txt
reads labels.txt "1000 sequences, 1000 labels, 1 value a step, 2 steps, a label before each" --hold-out 0
echo 'x|1;2' >>labels.txt
refuse 1 "labels.txt:1001:1: more than 1000 labels" train series labels.txt --quiet
printf '"say ""a""",1,2\nb,2,1\n' >labels.csv
printf 'say "a"|1;2\nb|2;1\n' >labels.txt
for file in labels.csv labels.txt; do
    # shellcheck disable=SC2086
    succeed train series $file $brief --first-column label --hold-out 0 --save $file.model
done
same labels.csv.model labels.txt.model "a label with quotes"

# ---------------------------------------------------------------------------
# Arrays of NumPy
# ---------------------------------------------------------------------------
# array VERSION HEADER VALUES: a file .npy, its values in the notation of printf.
array() {
    _size=$(printf '\\%03o' ${#2})
    case $1 in
    1) printf "\223NUMPY\1\0$_size\0%s" "$2" ;;
    *) printf "\223NUMPY\\$1\0$_size\0\0\0%s" "$2" ;;
    esac
    # shellcheck disable=SC2059
    printf "$3"
}
# 1, 2, 3 and 4, no number, and infinity.
floats='\0\0\200\77\0\0\0\100\0\0\100\100\0\0\200\100'
doubles='\0\0\0\0\0\0\360\77\0\0\0\0\0\0\0\100\0\0\0\0\0\0\10\100\0\0\0\0\0\0\20\100'
none='\0\0\300\177'
infinite='\0\0\200\177'
printf '1\n2\n3\n4\n1\n2\n3\n4\n' >npy.txt
array 1 "{'descr': '<f8', 'fortran_order': False, 'shape': (8,), }    
" "$doubles$doubles" >values.npy
same_model npy.txt values.npy
reads values.npy "1 sequence, 1 value a step, 8 steps, a NumPy array"
# Other forms than tables leave out what the columns are, unless labels are asked of one without any.
reads values.npy "1 sequence, 1 value a step, 8 steps, a NumPy array" --first-column value --skip-lines 1
refuse 1 "values.npy: has no labels; leave --first-column label out" train series values.npy --quiet \
    --first-column label
printf '0,1,2\n1,3,4\n2,?,2\n3,3,4\n4,1,2\n5,3,4\n6,1,2\n7,3,4\n' >npy.txt
two='\0\0\0\100\0\0\100\100\0\0\200\100'
array 2 "{'shape':(8,2),'descr':'<f4','fortran_order':False}" "$floats$none$two$floats$floats" >values.npy
same_model npy.txt values.npy
printf '1\n2\n\n3\n4\n\n1\n2\n\n3\n4\n' >npy.txt
array 1 "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2, 1), }" "$floats$floats" >values.npy
same_model npy.txt values.npy
# refuse_array MESSAGE VERSION HEADER VALUES
refuse_array() {
    array "$2" "$3" "$4" >bad.npy
    # shellcheck disable=SC2086
    refuse 1 "bad.npy: $1" train series bad.npy $brief
}
good="'descr': '<f4', 'fortran_order': False, 'shape': (4,)"
refuse_array "is a NumPy array: the values are not" 1 "{'descr': '>f4', 'fortran_order': False, 'shape': (4,)}" "$floats"
refuse_array "is a NumPy array: the order is" 1 "{'descr': '<f4', 'fortran_order': True, 'shape': (4,)}" "$floats"
for shape in '()' '(1,1,2,2)' '(4' '4' '(-4,)' '(2 2)' '(a,)' '(,)'; do
    refuse_array "is a NumPy array: the shape" 1 "{'descr': '<f4', 'fortran_order': False, 'shape': $shape}" "$floats"
done
refuse_array "is a NumPy array: an array without" 1 "{'descr': '<f4', 'fortran_order': False, 'shape': (0,)}" ""
for shape in '(3,)' '(2,)' '(5,)' '(2,4)' '(4,4611686018427387904)' '(99999999999999999999,)'; do
    refuse_array "is a NumPy array: the" 1 "{'descr': '<f4', 'fortran_order': False, 'shape': $shape}" "$floats"
done
refuse_array "is a NumPy array: the header's shape" 1 "{$good}" "$floats\\000"
refuse_array "is a NumPy array: the header is no dict" 1 "$good" "$floats"
refuse_array "is a NumPy array: the header is damaged" 1 "{$good} x" "$floats"
refuse_array "is a NumPy array: the header is damaged" 1 "{}" "$floats"
refuse_array "is a NumPy array: the header has something" 1 "{$good, 'more': 1}" "$floats"
refuse_array "is a NumPy array: the header has something" 1 "{$good, $good}" "$floats"
refuse_array "is a NumPy array: the header has something" 1 "{$good, 'shape': (4,)}" "$floats"
refuse_array "is a NumPy array: the header is damaged" 1 "{'descr': '<f4' 'shape': (4,)}" "$floats"
refuse_array "is a NumPy array: the header is damaged" 1 "{'descr': '<f4'}" "$floats"
refuse_array "is a NumPy array: the header is damaged" 1 "{'shape': (4,)}" "$floats"
# The dict goes on behind the length of the header.
printf '\223NUMPY\1\0\5\0{%s}' "$good" >bad.npy
refuse 1 "bad.npy: is a NumPy array: the header is damaged" train series bad.npy --quiet
refuse_array "is a NumPy array: versions 1 and 2" 3 "{$good}" "$floats"
refuse_array "is a NumPy array: versions 1 and 2" 0 "{$good}" "$floats"
refuse_array "value 1 of step 2 is infinite" 1 "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}" \
    "$none$infinite"
# 1e300, which is no float.
refuse_array "value 2 of step 1 is beyond the range of floats" 1 \
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2)}" \
    '\0\0\0\0\0\0\0\0\234\165\0\210\074\344\067\176'
array 1 "{$good}" "$floats" >values.npy
for bytes in 6 7 9 10 40; do
    head -c $bytes values.npy >bad.npy
    # shellcheck disable=SC2086
    refuse 1 "bad.npy: is a NumPy array: " train series bad.npy $brief
done
