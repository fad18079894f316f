/* constants.mjs - the numbers of srnn.h, which `make wasm` puts here, without SRNN_ */
export const constants = {
    /* @CONSTANTS@ */
};
